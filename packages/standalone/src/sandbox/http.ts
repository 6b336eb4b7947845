import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '@pao/kernel';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered only after so many milliseconds. */
  readonly delayMs?: number;
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Undefined when the body is too large. */
export const readCall = async (request: IncomingMessage): Promise<Call | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) return undefined;
  }
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: flat(request.headers),
    text: Buffer.concat(chunks).toString('utf8'),
  };
};

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (value ?? []).join(', '),
    ]),
  );

/** The body as a JSON object; undefined when it is anything else. */
export const jsonBody = (call: Call): JsonObject | undefined => {
  try {
    const body: unknown = JSON.parse(call.text);
    return isJsonObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
};

/** A text or number of a JSON body as text; empty for anything else. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export const sendAnswer = async (response: ServerResponse, answer: Answer): Promise<void> => {
  if (answer.delayMs !== undefined) await sleep(answer.delayMs, undefined, { ref: false });
  if (answer.body === undefined) {
    response.writeHead(answer.status, answer.headers ?? {}).end();
    return;
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response
    .writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...answer.headers,
    })
    .end(text);
};
