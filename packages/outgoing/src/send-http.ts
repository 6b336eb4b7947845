import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { currentTraceparent, isTracing } from '@pao/runtime';
import { decodeBody, MAX_BODY } from './body.ts';
import type { Egress } from './egress.ts';
import { failureOf, type Progress } from './failures.ts';
import type { HttpAnswer, HttpExchange, HttpFailure } from './http-outcome.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Buffer | undefined;
  /** For everything from here to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Sends one request once. Never throws: what went wrong says whether the request may have been seen. */
export type SendHttp = (request: HttpRequest) => Promise<HttpExchange>;

export interface HttpSender {
  readonly send: SendHttp;
  /** Closes idle connections. */
  close(): void;
}

/**
 * Idle connections are dropped sooner than common servers drop theirs: a request written into a connection the other side has
 * just closed is an unknown outcome, and a person's work. A server's own `Keep-Alive: timeout` goes before this.
 */
const IDLE_MS = 1_500;
const AGENT = { keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: IDLE_MS };

const BODYLESS = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

const flatHeaders = (response: IncomingMessage): Record<string, string> => {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
};

/** Reads an answer up to the limit. Whatever breaks off after the status line leaves an incomplete answer. */
const readAnswer = (response: IncomingMessage, done: (answer: HttpAnswer) => void): void => {
  const headers = flatHeaders(response);
  const chunks: Buffer[] = [];
  let size = 0;
  let answered = false;
  const answer = (incomplete?: HttpAnswer['incomplete']): void => {
    if (answered) return;
    answered = true;
    const decoded = decodeBody(Buffer.concat(chunks), headers);
    const short = incomplete ?? decoded.incomplete;
    const status = response.statusCode ?? 0;
    const { text: body, binary } = decoded;
    done({ kind: 'answered', status, headers, body, ...(binary && { binary }), ...(short && { incomplete: short }) });
  };
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    else {
      answer('too-large');
      response.destroy();
    }
  });
  response.on('end', () => answer());
  response.on('error', () => answer('truncated'));
  response.on('close', () => answer('truncated'));
};

const headersOf = ({ url, method, headers, body }: HttpRequest): Record<string, string | number> => {
  const traceparent = isTracing() ? undefined : currentTraceparent();
  return {
    host: url.host,
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'pao-executor',
    ...(traceparent !== undefined && { traceparent }),
    ...headers,
    ...((body !== undefined || !BODYLESS.has(method)) && { 'content-length': Buffer.byteLength(body ?? '') }),
  };
};

/** Keeps track of how far a request came: whether its first byte may have left. */
const follow = (request: ClientRequest, secure: boolean): Progress => {
  const progress: Progress = { connected: false, sent: false, overdue: false };
  request.on('socket', (socket) => {
    if (request.reusedSocket) {
      progress.connected = true;
      progress.sent = true;
      return;
    }
    socket.once('connect', () => {
      progress.connected = true;
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      progress.sent = true;
    });
  });
  return progress;
};

const notSent = (code: string, message: string): HttpFailure => ({
  kind: 'failed',
  phase: 'before-send',
  code,
  message,
  transient: false,
});

/**
 * HTTP by Node's own client, which sends what it is given exactly once and tells how far it came. Measured on loopback with 50 in
 * parallel, CPU time a call: this 0.07 ms, undici 0.06, got 0.39 (and 150 ms, 30 MB to load); undici may send again what it
 * thinks was not processed.
 */
export const createHttpSender = (egress: Egress): HttpSender => {
  const agents = { 'http:': new http.Agent(AGENT), 'https:': new https.Agent(AGENT) } as const;

  const send: SendHttp = (request) =>
    new Promise((resolve) => {
      const { url, method, body, timeoutMs } = request;
      const route = egress.route(url);
      if (!route.ok) return resolve(notSent('EGRESS_REFUSED', route.error));
      if (timeoutMs <= 0) return resolve(notSent('TIME_OVER', 'The time of the action was over before the call.'));
      const secure = url.protocol === 'https:';
      const { host, port, lookup } = route.value;
      const outgoing = (secure ? https : http).request({
        agent: agents[secure ? 'https:' : 'http:'],
        host,
        port,
        ...(lookup && { lookup }),
        // The certificate is checked against the `host` header, so against the host in the URL wherever it is called.
        path: url.pathname + url.search,
        method,
        headers: headersOf(request),
        setDefaultHeaders: false,
      });
      const progress = follow(outgoing, secure);
      let answer: IncomingMessage | undefined;
      const timer = setTimeout(() => {
        progress.overdue = true;
        (answer ?? outgoing).destroy(new Error('overdue'));
      }, timeoutMs);
      const settle = (exchange: HttpExchange): void => {
        clearTimeout(timer);
        resolve(exchange);
      };
      outgoing.on('response', (response) => {
        answer = response;
        readAnswer(response, settle);
      });
      outgoing.on('upgrade', (_response, socket) => {
        socket.destroy();
        settle({ ...notSent('RESPONSE_MALFORMED', 'The target switched protocols.'), phase: 'after-send' });
      });
      outgoing.on('error', (error) => {
        // A connection that breaks in the middle of an answer fails here too, and the status line is known by then.
        if (answer) answer.destroy();
        else settle(failureOf(error, progress, timeoutMs));
      });
      outgoing.end(body);
    });

  return {
    send,
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};
