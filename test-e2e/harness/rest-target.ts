import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TargetCall {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly body: string;
  readonly traceparent: string | undefined;
  readonly at: number;
}

export interface RestTarget {
  readonly host: string;
  /** Every call in the order it came in, written down before it is answered. */
  readonly calls: readonly TargetCall[];
  close(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const header = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.join(', ');

/** The status of an answer, and how long it is in coming. */
export interface TargetAnswer {
  readonly status?: number;
  readonly delayMs?: number;
}

/** A service that somebody automated: answers 201 with an id unless told otherwise, and remembers every call. */
export const startRestTarget = async (
  answerTo: number | ((call: TargetCall) => TargetAnswer) = 0,
): Promise<RestTarget> => {
  const calls: TargetCall[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        idempotencyKey: header(request.headers['idempotency-key']) ?? '',
        body,
        traceparent: header(request.headers['traceparent']),
        at: Date.now(),
      };
      // Asked before the call is among those of before.
      const { status = 201, delayMs = 0 } = typeof answerTo === 'number' ? { delayMs: answerTo } : answerTo(call);
      calls.push(call);
      const answer = (): void => {
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id: `r-${calls.length}` }));
      };
      if (delayMs === 0) answer();
      else setTimeout(answer, delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
