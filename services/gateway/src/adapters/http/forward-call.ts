import type { Operation } from '@pao/contracts';
import {
  type ApiError,
  apiError,
  CORRELATION_HEADER,
  type Context,
  createBodyBudget,
  IDENTITY_HEADER,
  type IdentitySigner,
  readRawBody,
  sendError,
  stateOf,
} from '@pao/http';
import { currentTraceparent, isTracing, type Logger } from '@pao/runtime';
import type { Principal } from '../../core/domain/principal.ts';
import type { AnswerSink, Upstream, UpstreamFailure, Upstreams } from '../../core/ports/upstreams.ts';

/** The only headers of a caller that a service sees, beside those that an operation names. */
const PASSED_ON = [
  'accept',
  'accept-language',
  'content-type',
  'content-encoding',
  'idempotency-key',
  'if-none-match',
  'last-event-id',
  'user-agent',
];

/** Those of an answer that concern one connection alone (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const passedOn = (ctx: Context, operation: Operation, token: string): string[] => {
  const headers = [IDENTITY_HEADER, token, CORRELATION_HEADER, stateOf(ctx).correlationId];
  const add = (name: string): void => {
    const value = ctx.req.headers[name];
    if (typeof value === 'string') headers.push(name, value);
  };
  for (const name of PASSED_ON) add(name);
  for (const name of operation.headers) add(name);
  // Where spans are recorded the HTTP client writes the header itself.
  const traceparent = isTracing() ? undefined : currentTraceparent();
  if (traceparent !== undefined) headers.push('traceparent', traceparent);
  return headers;
};

const sinkOf = ({ res }: Context): AnswerSink => ({
  head: (status, headers) => {
    const named = String(headers.connection ?? '');
    const alsoHop = named === '' || named === 'keep-alive' ? [] : named.toLowerCase().split(/ *, */);
    res.statusCode = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined && !HOP_BY_HOP.has(name) && !alsoHop.includes(name)) res.setHeader(name, value);
    }
  },
  write: (chunk) => res.write(chunk),
  end: (chunk) => {
    res.end(chunk);
  },
  cut: () => {
    res.destroy();
  },
  onDrain: (resume) => {
    res.once('drain', resume);
  },
  onGone: (stop) => {
    res.once('close', stop);
  },
});

const answerOf = (failure: UpstreamFailure, repeatable: boolean): ApiError => {
  // Without an idempotency key nobody can say whether a second call would do the same thing twice.
  const retryable = repeatable || !failure.sent;
  switch (failure.kind) {
    case 'unreachable':
      return apiError({
        code: 'UNAVAILABLE',
        message: 'The service behind this path is away. Try again soon.',
        headers: { 'retry-after': '1' },
      });
    case 'timeout':
      return apiError({
        code: 'GATEWAY_TIMEOUT',
        message: 'The service behind this path did not answer in time.',
        retryable,
      });
    case 'broken-off':
      return apiError({
        code: 'BAD_GATEWAY',
        message: 'The service behind this path broke off its answer.',
        retryable,
      });
    default:
      return failure.kind satisfies never;
  }
};

/** Held at once by the bodies of all public calls: anybody may send those, and they may be large. */
const PUBLIC_BODY_BYTES = 128 * 1_048_576;

export interface ForwardOptions {
  readonly upstreams: Upstreams;
  readonly signer: IdentitySigner;
  readonly closing: AbortSignal;
  readonly logger: Logger;
}

/** Sends an admitted call to the service that owns the operation, and its answer back, byte for byte. */
export const createForwardCall = ({ upstreams, signer, closing, logger }: ForwardOptions) => {
  const budget = createBodyBudget(PUBLIC_BODY_BYTES);
  const readBody = (ctx: Context, operation: Operation): Promise<Buffer | undefined> =>
    readRawBody(ctx.req, operation.maxBodyBytes, operation.public ? budget.takeFor(ctx.res) : undefined);

  return async (ctx: Context, operation: Operation, principal: Principal): Promise<void> => {
    const body = operation.method === 'GET' ? undefined : await readBody(ctx, operation);
    const headers = passedOn(ctx, operation, await signer.sign(principal));
    const call = { method: ctx.method, target: ctx.url, headers, body, stream: operation.stream, closing };
    const answered = await upstreams.forward(operation.service as Upstream, call, sinkOf(ctx));
    if (answered.ok) {
      ctx.respond = false;
      return;
    }
    logger.warn({ operation: operation.id, failure: answered.error }, 'no answer from the service');
    if (ctx.headerSent) {
      ctx.respond = false;
      return;
    }
    const repeatable = operation.method === 'GET' || (operation.idempotent && ctx.get('idempotency-key') !== '');
    sendError(ctx, answerOf(answered.error, repeatable));
  };
};

export type ForwardCall = ReturnType<typeof createForwardCall>;
