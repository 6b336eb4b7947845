import {
  API_PREFIX,
  type BodyInput,
  type DataOf,
  type ErrorEnvelope,
  errorEnvelopeSchema,
  type Operation,
  type Pagination,
  type ParamsOf,
  type QueryInput,
} from '@pao/contracts';
import { err, ok, type Result } from '@pao/kernel';
import { readServerSentEvents } from './server-sent-events.ts';

export interface ClientOptions {
  /** Where PAO answers, such as `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Milliseconds until a call without an answer counts as failed; streams have no limit. Default 30,000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

export type CallError =
  /** PAO answered, and said no. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: ErrorEnvelope['error'] }
  /** Something answered, but not as PAO does. */
  | { readonly kind: 'not-pao'; readonly status: number; readonly text: string }
  /** Nothing answered: whether the call took effect is unknown, so repeat it only with the same Idempotency-Key. */
  | { readonly kind: 'unreachable'; readonly message: string };

export interface CallInput<O extends Operation> {
  readonly params?: ParamsOf<O>;
  readonly query?: QueryInput<O>;
  readonly body?: BodyInput<O>;
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  /** For streams: the id of the last event that was seen. */
  readonly lastEventId?: string;
  /** For streams: told the id to go on from, before the event it belongs to. */
  readonly onEventId?: (id: string) => void;
  readonly signal?: AbortSignal;
}

export interface Answer<O extends Operation> {
  readonly data: DataOf<O>;
  readonly pagination?: Pagination;
  readonly correlationId: string | null;
}

export interface Client {
  call<O extends Operation>(operation: O, input?: CallInput<O>): Promise<Result<Answer<O>, CallError>>;
  /** The events of a stream until it ends; it does not reconnect. Throws where `call` would give an error. */
  stream<O extends Operation>(operation: O, input?: CallInput<O>): AsyncGenerator<DataOf<O>>;
  /** The bytes of a file as they come. Throws where `call` would give an error, also when the file breaks off. */
  download<O extends Operation>(operation: O, input?: CallInput<O>): AsyncGenerator<Uint8Array>;
}

/** A stream or a file that could not be opened, or a file that broke off. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly error: CallError;

  constructor(error: CallError) {
    super(describeCallError(error));
    this.error = error;
  }
}

/** One line for people. */
export const describeCallError = (error: CallError): string => {
  switch (error.kind) {
    case 'refused':
      return `${error.error.code}: ${error.error.message}`;
    case 'not-pao':
      return `the server answered ${error.status}, and not as PAO does: ${error.text.slice(0, 200)}`;
    case 'unreachable':
      return `no answer: ${error.message}`;
    default:
      return error satisfies never;
  }
};

const fillPath = (path: string, params: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));

const urlOf = (baseUrl: string, operation: Operation, input: CallInput<Operation>): URL => {
  const path = fillPath(operation.path, (input.params ?? {}) as Readonly<Record<string, unknown>>);
  const url = new URL(`${baseUrl.replace(/\/$/, '')}${API_PREFIX}${path}`);
  type Query = Readonly<Record<string, string | number | boolean | undefined>>;
  for (const [name, value] of Object.entries((input.query ?? {}) as Query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
};

const headersOf = (options: ClientOptions, input: CallInput<Operation>): Headers => {
  const headers = new Headers({ accept: 'application/json' });
  if (options.apiKey !== undefined) headers.set('authorization', `Bearer ${options.apiKey}`);
  if (input.body !== undefined) headers.set('content-type', 'application/json');
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey);
  if (input.correlationId !== undefined) headers.set('x-correlation-id', input.correlationId);
  if (input.lastEventId !== undefined) headers.set('last-event-id', input.lastEventId);
  return headers;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const errorOf = (status: number, text: string): CallError => {
  const envelope = errorEnvelopeSchema.safeParse(parseJson(text));
  return envelope.success ? { kind: 'refused', status, error: envelope.data.error } : { kind: 'not-pao', status, text };
};

const unreachable = (thrown: unknown): CallError => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : undefined;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: 'unreachable', message: cause === undefined || cause === '' ? message : `${message}: ${cause}` };
};

/**
 * A client of the PAO API. Answers are checked against the contract, so that a wrong server is named and not half-believed.
 * It never repeats a call by itself.
 */
export const createClient = (options: ClientOptions): Client => {
  const send = async (operation: Operation, input: CallInput<Operation>): Promise<Result<Response, CallError>> => {
    const timeout =
      operation.stream || operation.downloads.length > 0 ? [] : [AbortSignal.timeout(options.timeoutMs ?? 30_000)];
    try {
      return ok(
        await (options.fetch ?? fetch)(urlOf(options.baseUrl, operation, input), {
          method: operation.method,
          headers: headersOf(options, input),
          redirect: 'error',
          signal: AbortSignal.any([...timeout, ...(input.signal === undefined ? [] : [input.signal])]),
          ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
        }),
      );
    } catch (thrown) {
      return err(unreachable(thrown));
    }
  };

  const call = async <O extends Operation>(
    operation: O,
    input: CallInput<O> = {},
  ): Promise<Result<Answer<O>, CallError>> => {
    const sent = await send(operation, input);
    if (!sent.ok) return sent;
    const text = await sent.value.text().catch((thrown: unknown) => unreachable(thrown));
    if (typeof text !== 'string') return err(text);
    if (sent.value.status !== operation.status) return err(errorOf(sent.value.status, text));
    const body = parseJson(text) as { data?: unknown; pagination?: Pagination } | undefined;
    const data = operation.data.safeParse(body?.data);
    if (!data.success) return err({ kind: 'not-pao', status: sent.value.status, text });
    return ok({
      data: data.data as DataOf<O>,
      ...(body?.pagination === undefined ? {} : { pagination: body.pagination }),
      correlationId: sent.value.headers.get('x-correlation-id'),
    });
  };

  return {
    call,
    async *stream<O extends Operation>(operation: O, input: CallInput<O> = {}): AsyncGenerator<DataOf<O>> {
      const sent = await send(operation, input);
      if (!sent.ok) throw new StreamError(sent.error);
      if (sent.value.status !== operation.status || sent.value.body === null) {
        throw new StreamError(errorOf(sent.value.status, await sent.value.text()));
      }
      for await (const event of readServerSentEvents(sent.value.body)) {
        if (event.id !== undefined) input.onEventId?.(event.id);
        if (event.data === undefined) continue;
        const data = operation.data.safeParse(parseJson(event.data));
        if (data.success) yield data.data as DataOf<O>;
      }
    },
    async *download<O extends Operation>(operation: O, input: CallInput<O> = {}): AsyncGenerator<Uint8Array> {
      const sent = await send(operation, input);
      if (!sent.ok) throw new StreamError(sent.error);
      if (sent.value.status !== operation.status || sent.value.body === null) {
        throw new StreamError(errorOf(sent.value.status, await sent.value.text()));
      }
      try {
        yield* sent.value.body;
      } catch (thrown) {
        throw new StreamError(unreachable(thrown));
      }
    },
  };
};
