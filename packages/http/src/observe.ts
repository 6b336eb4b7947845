import { trace } from '@opentelemetry/api';
import { errorMessage, type NewId, TransientError } from '@pao/kernel';
import {
  beginCall,
  currentTraceId,
  isTracing,
  type Logger,
  type Metrics,
  runWithCorrelationId,
  runWithTraceparent,
} from '@pao/runtime';
import type { Context, Middleware, Next } from 'koa';
import { drainRest } from './drain.ts';
import { type ApiError, ApiErrorThrown, apiError, errorEnvelope } from './errors.ts';
import { guardRequest } from './request-guard.ts';

export const CORRELATION_HEADER = 'x-correlation-id';

const CORRELATION_ID = /^[\w.:-]{1,128}$/;

/** What the parts of one call know about it. */
export interface CallState {
  readonly correlationId: string;
  /** The operation's id, for logs and metrics; a name from a closed set. */
  operation: string;
}

const states = new WeakMap<Context, CallState>();

export const stateOf = (ctx: Context): CallState => {
  const state = states.get(ctx);
  if (!state) throw new Error('a call outside of observe()');
  return state;
};

export const sendError = (ctx: Context, answer: ApiError): void => {
  ctx.status = answer.error.status;
  ctx.set({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...answer.headers });
  const ids = { correlationId: stateOf(ctx).correlationId, traceId: currentTraceId() ?? '' };
  ctx.body = JSON.stringify(errorEnvelope(answer, ids));
  drainRest(ctx.req);
};

const later = (error: TransientError): ApiError =>
  apiError({
    code: 'UNAVAILABLE',
    message: 'A part that this needs is away for the moment. Try again soon.',
    headers: { 'retry-after': String(Math.max(1, Math.ceil((error.retryAfterMs ?? 1_000) / 1_000))) },
  });

const fault = (): ApiError =>
  apiError({ code: 'INTERNAL', message: 'The server failed. The correlation id finds the reason in its logs.' });

const answerOf = (error: unknown, logger: Logger): ApiError => {
  if (error instanceof ApiErrorThrown) return error.answer;
  if (error instanceof TransientError) {
    logger.warn({ err: error }, 'unavailable');
    return later(error);
  }
  logger.error({ err: error }, errorMessage(error));
  return fault();
};

export interface ObserveOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly newId: NewId;
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}

/**
 * Outermost around each call: gives it a correlation id and a trace, guards its request line and headers, answers whatever is
 * thrown inside in the error envelope, counts and logs it.
 */
export const observe = ({ logger, metrics, newId, closing }: ObserveOptions): Middleware => {
  const total = metrics.counter('http_requests_total', 'Calls answered, by operation, method and status.');
  const seconds = metrics.histogram('http_request_duration_seconds', 'Time until the answer was ready, by operation.');

  const record = (ctx: Context, state: CallState, startedAt: number): void => {
    const { req, res } = ctx;
    const { method = '' } = req;
    const { statusCode: status } = res;
    const took = (performance.now() - startedAt) / 1_000;
    total.increment({ operation: state.operation, method, status: String(status) });
    seconds.observe({ operation: state.operation }, took);
    if (isTracing()) trace.getActiveSpan()?.updateName(`${method} ${state.operation}`);
    if (logger.isLevelEnabled('debug')) logger.debug({ method, path: ctx.path, status, seconds: took }, 'answered');
  };

  const answer = async (ctx: Context, next: Next, state: CallState): Promise<void> => {
    const startedAt = performance.now();
    const answered = beginCall();
    try {
      guardRequest(ctx.req);
      await next();
    } catch (error) {
      sendError(ctx, answerOf(error, logger));
    } finally {
      answered();
      // A client that would keep the connection learns that its next call needs another one.
      if (closing.aborted && !ctx.res.headersSent) ctx.res.shouldKeepAlive = false;
      record(ctx, state, startedAt);
    }
  };

  return (ctx, next) => {
    const { headers } = ctx.req;
    const given = headers[CORRELATION_HEADER];
    const correlationId = typeof given === 'string' && CORRELATION_ID.test(given) ? given : newId();
    const state: CallState = { correlationId, operation: 'none' };
    states.set(ctx, state);
    ctx.res.setHeader(CORRELATION_HEADER, correlationId);
    ctx.res.setHeader('x-content-type-options', 'nosniff');
    const run = () => runWithCorrelationId(correlationId, () => answer(ctx, next, state));
    return isTracing() ? run() : runWithTraceparent(headers.traceparent as string | undefined, run);
  };
};
