import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as a fake received it; written down before anything is answered and never changed. */
export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly at: Date;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered only after so many milliseconds. */
  readonly delayMs?: number;
}

/**
 * What happens to a call instead of the plain answer. `effect: false` keeps the fake from doing what it was asked before;
 * without it the work is done and only the answer suffers, as it is with a real service.
 */
export type Behaviour = { readonly effect?: false } & (
  | { readonly kind: 'reply'; readonly reply: Reply; readonly delayMs?: number }
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The connection stays open and nothing is answered. */
  | { readonly kind: 'hang' }
  /** The connection is reset after so many bytes of the answer. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** The answer ends in the middle of its body, although its length was announced. */
  | { readonly kind: 'truncate' }
);

export const replyWith = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Behaviour => ({
  kind: 'reply',
  effect: false,
  reply: { status, ...(body === undefined ? {} : { body }), ...(headers === undefined ? {} : { headers }) },
});

export const rateLimited = (retryAfterSeconds: number): Behaviour =>
  replyWith(429, { message: 'Too many requests' }, { 'retry-after': String(retryAfterSeconds) });

export interface FakeServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly calls: readonly FakeCall[];
  /** Connections accepted so far. */
  connections(): number;
  /** The next calls meet these, one each, in this order; later ones the plain answer again. */
  next(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

/** A fake over HTTP: `perform` does what the real service would do and says what it would answer. */
export const startFakeServer = async (perform: (call: FakeCall) => Reply): Promise<FakeServer> => {
  const calls: FakeCall[] = [];
  const planned: Behaviour[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const call = await readCall(request);
      calls.push(call);
      const behaviour = planned.shift() ?? { kind: 'delay', delayMs: 0 };
      const reply: Reply = behaviour.effect === false ? { status: 500 } : perform(call);
      if (reply.delayMs !== undefined) await sleep(reply.delayMs, undefined, { ref: false });
      await behave(behaviour, reply, response);
    };
    serve().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url: `http://${host}`,
    host,
    calls,
    connections: () => connections,
    next: (...behaviours) => {
      planned.push(...behaviours);
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const readCall = async (request: IncomingMessage): Promise<FakeCall> => {
  const at = new Date();
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const text = Buffer.concat(chunks).toString('utf8');
  return { method: request.method ?? '', path, query: new URLSearchParams(query), headers: request.headers, text, at };
};

const behave = async (behaviour: Behaviour, reply: Reply, response: ServerResponse): Promise<void> => {
  switch (behaviour.kind) {
    case 'reply':
      if (behaviour.delayMs !== undefined) await sleep(behaviour.delayMs, undefined, { ref: false });
      return send(behaviour.reply, response);
    case 'delay':
      if (behaviour.delayMs > 0) await sleep(behaviour.delayMs, undefined, { ref: false });
      return send(reply, response);
    case 'hang':
      return undefined;
    case 'reset':
      return reset(response, raw(reply).subarray(0, behaviour.afterBytes ?? 0));
    case 'truncate':
      return truncate(response, raw(reply));
    default:
      return behaviour satisfies never;
  }
};

const send = ({ status, body, headers }: Reply, response: ServerResponse): void => {
  const type = { 'content-type': 'application/json' };
  if (body === undefined || body instanceof Uint8Array) response.writeHead(status, headers ?? {}).end(body);
  else response.writeHead(status, { ...type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
};

/** The bytes of the answer as they go over the wire. */
const raw = ({ status, body, headers }: Reply): Buffer => {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const all = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} Fake\r\n${lines.join('')}\r\n${text}`);
};

const reset = (response: ServerResponse, bytes: Buffer): void => {
  const { socket } = response;
  if (bytes.length === 0) socket?.resetAndDestroy();
  else socket?.write(bytes, () => socket.resetAndDestroy());
};

const truncate = (response: ServerResponse, bytes: Buffer): void => {
  const body = bytes.indexOf('\r\n\r\n') + 4;
  response.socket?.end(bytes.subarray(0, body + Math.floor((bytes.length - body) / 2)));
};
