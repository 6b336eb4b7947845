import { err, errorMessage, ok, type Result } from '@pao/kernel';
import { type Dispatcher, Pool } from 'undici';
import type { AnswerSink, Upstream, UpstreamCall, UpstreamFailure, Upstreams } from '../../core/ports/upstreams.ts';

export interface UndiciUpstreamsOptions {
  /** Where each service listens: `http://host:port`. */
  readonly urls: Readonly<Record<Upstream, string>>;
  /** Milliseconds until an answer must have begun, and between its parts (streams excepted). */
  readonly timeoutMs: number;
  readonly connectionsPerService?: number;
}

/** Answers of a known length up to this are written at once, head and body in one piece. */
const WHOLE_BYTES = 65_536;

const failureOf = (error: Error & { readonly code?: string }, sent: boolean): UpstreamFailure => {
  const reason = errorMessage(error);
  switch (error.code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return { kind: 'timeout', sent, reason };
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_CLOSED':
      return { kind: 'unreachable', sent: false, reason };
    default:
      return { kind: 'broken-off', sent, reason };
  }
};

/** Passes one answer on, from undici's parser to the sink, without a stream object in between. */
class AnswerRelay implements Dispatcher.DispatchHandler {
  readonly #call: UpstreamCall;
  readonly #sink: AnswerSink;
  readonly #settle: (result: Result<void, UpstreamFailure>) => void;
  #state: 'waiting' | 'whole' | 'streaming' | 'done' = 'waiting';
  #sent = false;
  #head: () => void = () => undefined;
  #parts: Buffer[] = [];
  #stop: (() => void) | undefined;

  constructor(call: UpstreamCall, sink: AnswerSink, settle: (result: Result<void, UpstreamFailure>) => void) {
    this.#call = call;
    this.#sink = sink;
    this.#settle = settle;
  }

  onRequestStart(): void {
    this.#sent = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    if (Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= WHOLE_BYTES) {
      // Held back, so that an answer that breaks off can still be an error.
      this.#head = () => this.#sink.head(status, headers);
      this.#state = 'whole';
      return;
    }
    this.#state = 'streaming';
    this.#sink.head(status, headers);
    const stop = (): void => {
      if (this.#state === 'done') return;
      this.#finish();
      // A stream may end anywhere; of anything else a part must not pass for the whole.
      if (this.#call.stream) this.#sink.end();
      else this.#sink.cut();
      controller.abort(new Error('no longer wanted'));
    };
    this.#stop = stop;
    this.#call.closing.addEventListener('abort', stop, { once: true });
    this.#sink.onGone(stop);
    this.#settle(ok(undefined));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state === 'whole') this.#parts.push(chunk);
    else if (this.#state === 'streaming' && !this.#sink.write(chunk)) {
      controller.pause();
      this.#sink.onDrain(() => controller.resume());
    }
  }

  onResponseEnd(): void {
    if (this.#state === 'done') return;
    const [first] = this.#parts;
    this.#finish();
    this.#head();
    this.#sink.end(this.#parts.length > 1 ? Buffer.concat(this.#parts) : first);
    this.#settle(ok(undefined));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const state = this.#state;
    if (state === 'done') return;
    this.#finish();
    if (state === 'streaming') this.#sink.cut();
    this.#settle(err(failureOf(error, this.#sent)));
  }

  #finish(): void {
    this.#state = 'done';
    if (this.#stop) this.#call.closing.removeEventListener('abort', this.#stop);
  }
}

/**
 * The services over HTTP/1.1, each through a pool of kept-alive connections. Streams have a pool of their own, since each keeps its
 * connection for as long as it lasts: they are limited by the connections that the gateway takes, and take none from other calls.
 */
export const createUndiciUpstreams = ({
  urls,
  timeoutMs,
  connectionsPerService = 256,
}: UndiciUpstreamsOptions): Upstreams => {
  const services = Object.keys(urls) as Upstream[];
  const options = {
    connections: connectionsPerService,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: 2_000 },
  };
  const pools = new Map(services.map((service) => [service, new Pool(urls[service], options)]));
  const streams = new Map(
    services.map((service) => [service, new Pool(urls[service], { ...options, connections: null, bodyTimeout: 0 })]),
  );
  const poolOf = (service: Upstream, among = pools): Pool => {
    const pool = among.get(service);
    if (!pool) throw new Error(`no address for the service ${service}`);
    return pool;
  };
  return {
    services,
    forward: (service, call, sink) =>
      new Promise((resolve) => {
        const { method, target, headers, body, stream } = call;
        const request = { path: target, method, headers: [...headers], body: body ?? null };
        poolOf(service, stream ? streams : pools).dispatch(request, new AnswerRelay(call, sink, resolve));
      }),
    checkReady: async (service) => {
      const { statusCode, body } = await poolOf(service).request({
        path: '/api/v1/health/ready',
        method: 'GET',
        headersTimeout: 2_000,
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`answers ${statusCode}`);
    },
    close: async () => {
      await Promise.all([...pools.values(), ...streams.values()].map((pool) => pool.destroy()));
    },
  };
};
