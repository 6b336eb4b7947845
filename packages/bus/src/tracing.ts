import {
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { errorMessage } from '@pao/kernel';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';
import type { Publisher, PublishReport } from './ports.ts';

const tracer = trace.getTracer('@pao/bus');

/** The key @opentelemetry/core suppresses tracing with; context keys are global symbols of their text. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const UNTRACED = ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true);

/**
 * Runs a call of the bus's client without spans of its own: long polls would be endless root spans, and the client's
 * instrumentation would write its own traceparent over that of each message.
 */
export const untraced = <T>(call: () => T): T => context.with(UNTRACED, call);

const contextOf = (traceparent: string | undefined): Context =>
  traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });

/** Runs `work` in the trace the message came with, inside a CONSUMER span. */
export const inConsumerSpan = <T>(
  queue: string,
  message: IncomingMessage,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  const parent = contextOf(message.traceparent);
  const attributes = {
    'messaging.system': 'aws_sqs',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'messaging.message.id': message.messageId,
    'pao.message.type': message.type,
    'pao.message.group': message.groupId,
  };
  const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await work(span);
    } finally {
      span.end();
    }
  });
};

export const markFailed = (span: Span, thrown: unknown): void => {
  span.recordException(thrown instanceof Error ? thrown : errorMessage(thrown));
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(thrown) });
};

const producerSpan = (message: OutgoingMessage, parent: Context): Span => {
  const attributes = {
    'messaging.operation.type': 'send',
    'messaging.destination.name': message.destination,
    'messaging.message.id': message.id,
    'pao.message.type': message.type,
    'pao.message.group': message.groupId,
  };
  return tracer.startSpan(`send ${message.destination}`, { kind: SpanKind.PRODUCER, attributes }, parent);
};

/** Publishes with a PRODUCER span a message, child of the message's traceparent; what is sent names the span. */
export const publishTraced = async (
  publisher: Publisher,
  messages: readonly OutgoingMessage[],
): Promise<PublishReport> => {
  const spans = new Map<string, Span>();
  const traced = messages.map((message) => {
    const parent = contextOf(message.traceparent);
    const span = producerSpan(message, parent);
    // Without an SDK there is nothing to record and the row's own traceparent goes on.
    if (!span.isRecording()) return message;
    spans.set(message.id, span);
    const carrier: { traceparent?: string } = {};
    propagation.inject(trace.setSpan(parent, span), carrier);
    return carrier.traceparent === undefined ? message : { ...message, traceparent: carrier.traceparent };
  });
  const report = await publisher.publish(traced);
  for (const failure of report.failures) {
    spans.get(failure.id)?.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  }
  for (const span of spans.values()) span.end();
  return report;
};
