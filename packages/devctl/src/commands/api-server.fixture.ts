import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

export interface ApiCall {
  readonly method: string;
  /** Below `/api/v1`, with its query. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly body: unknown;
}

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** Runs devctl against an API that answers as told, and says what it printed and sent. */
export const runAgainst =
  (answerTo: (call: ApiCall) => ApiAnswer) =>
  async (t: ExecutionContext, args: readonly string[], { environment = {}, json = false }: Options = {}) => {
    const calls: ApiCall[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const path = (request.url ?? '').replace('/api/v1', '');
        const body = text === '' ? {} : { body: JSON.parse(text) as unknown };
        const call: ApiCall = { method: request.method ?? '', path, ...body };
        calls.push(call);
        const answer = answerTo(call);
        const headers = { 'content-type': 'application/json' };
        response.writeHead(answer.status ?? 200, headers).end(JSON.stringify(answer.body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => {
      server.closeAllConnections();
      server.close();
    });
    const [lines, errors]: [string[], string[]] = [[], []];
    const program = buildProgram({
      out: (line) => void lines.push(line),
      error: (line) => void errors.push(line),
      environment,
      readStandardInput: async () => '',
      colour: false,
      signal: new AbortController().signal,
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const code = await program.run(['--url', url, ...(json ? ['--output', 'json'] : []), ...args]);
    return { code, calls, out: lines.join('\n'), errors: errors.join('\n') };
  };
