import { AsyncLocalStorage } from 'node:async_hooks';
import { context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { randomIdBytes } from './random.ts';

const correlationIds = new AsyncLocalStorage<string>();

/** Runs `work` with a correlation id that every log line inside carries. */
export const runWithCorrelationId = <T>(correlationId: string, work: () => T): T =>
  correlationIds.run(correlationId, work);

export const currentCorrelationId = (): string | undefined => correlationIds.getStore();

/** The span that is under way here, when there is one. */
export const currentSpanContext = (): SpanContext | undefined => {
  const span = trace.getSpanContext(context.active());
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
};

export const currentTraceId = (): string | undefined => currentSpanContext()?.traceId;

/** The W3C `traceparent` of the span under way: what to store beside a message, or send along. */
export const currentTraceparent = (): string | undefined => {
  const span = currentSpanContext();
  return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
};

let recording = false;

/** Whether spans are recorded. HTTP and AWS clients are instrumented then and send `traceparent` by themselves. */
export const isTracing = (): boolean => recording;

/** For `startTelemetry` alone. */
export const setTracing = (on: boolean): void => {
  recording = on;
};

const newSpanContext = (): SpanContext => {
  const ids = randomIdBytes(24).toString('hex');
  return { traceId: ids.slice(0, 32), spanId: ids.slice(32), traceFlags: TraceFlags.SAMPLED };
};

/**
 * Runs `work` in the trace that a `traceparent` names. Without one, or with a malformed one, it runs in a new trace: a fresh id
 * where nothing is recorded, the first span's own otherwise.
 */
export const runWithTraceparent = <T>(traceparent: string | undefined, work: () => T): T => {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (parent !== null) return context.with(trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }), work);
  return context.with(recording ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, newSpanContext()), work);
};
