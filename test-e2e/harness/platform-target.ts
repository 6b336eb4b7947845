import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the platform did, written down before it is answered. */
export interface PlatformEffect {
  readonly what: 'database' | 'signed' | 'hook' | 'seen';
  /** Of the request that it was done for. */
  readonly name: string;
  /** The name of the attempt. */
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Platform {
  readonly host: string;
  readonly effects: readonly PlatformEffect[];
  of(name: string, what: PlatformEffect['what']): readonly PlatformEffect[];
  /** Tokens given out. */
  tokens(): number;
  /** What was asked to call back, by the name of the request. */
  callbackUrl(name: string): string;
  /** From now on the database of that name is there. */
  ready(name: string): void;
  close(): Promise<void>;
}

interface Call {
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** What the client proves itself with at the token endpoint, and what AWS signatures are made with. */
export const CREDENTIALS = {
  client: 'pao',
  secret: 'the-secret-of-the-client',
  aws: 'AKIAEXAMPLE:the-secret-key-of-aws',
};
const TOKEN = 'the-token-that-was-given-out';

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const jsonIn = (text: string): Readonly<Record<string, unknown>> => (text.startsWith('{') ? JSON.parse(text) : {});

const header = (value: string | readonly string[] | undefined): string => (value ?? '').toString();

/**
 * Something that people have automated: gives out tokens (OAuth 2), makes databases that are ready when the test says so, takes
 * calls signed as AWS wants it, and messages that it will call back for.
 */
export const startPlatform = async (): Promise<Platform> => {
  const effects: PlatformEffect[] = [];
  const ready = new Set<string>();
  const callbacks = new Map<string, string>();
  let tokens = 0;
  const basic = `Basic ${Buffer.from(`${CREDENTIALS.client}:${CREDENTIALS.secret}`).toString('base64')}`;

  const done = (what: PlatformEffect['what'], { headers, body }: Call): Answer => {
    const key = header(headers['idempotency-key'] ?? headers['webhook-id']).replaceAll('"', '');
    effects.push({ what, name: String(body['name']), key, body });
    return { status: 201, body: { id: `${what}-${effects.length}` } };
  };

  const ROUTES: Readonly<Record<string, (call: Call) => Answer>> = {
    'POST /oauth/token': ({ headers }) => {
      if (headers.authorization !== basic) return { status: 401, body: { error: 'invalid_client' } };
      tokens += 1;
      return { status: 200, body: { access_token: TOKEN, token_type: 'Bearer', expires_in: 3_600 } };
    },
    'POST /databases': (call) =>
      call.headers.authorization === `Bearer ${TOKEN}` ? done('database', call) : { status: 401 },
    'POST /signed': (call) =>
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/.*Signature=[0-9a-f]{64}$/.test(header(call.headers.authorization))
        ? done('signed', call)
        : { status: 403 },
    'POST /seen': (call) => done('seen', call),
    'POST /hooks': (call) => {
      callbacks.set(String(call.body['name']), header(call.headers['webhook-callback-url']));
      return done('hook', call);
    },
  };

  const answer = (call: Call): Answer => {
    const name = /^GET \/databases\/(.+)$/.exec(call.route)?.[1];
    if (name !== undefined)
      return {
        status: 200,
        body: ready.has(name) ? { state: 'ready', endpoint: `${name}.db.test` } : { state: 'new' },
      };
    return ROUTES[call.route]?.(call) ?? { status: 404 };
  };

  const server = createServer(async (request, response) => {
    const body = jsonIn(await textOf(request));
    const { status, body: said } = answer({
      route: `${request.method} ${request.url}`,
      headers: request.headers,
      body,
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects,
    of: (name, what) => effects.filter((effect) => effect.name === name && effect.what === what),
    tokens: () => tokens,
    callbackUrl: (name) => callbacks.get(name) ?? '',
    ready: (name) => void ready.add(name),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
