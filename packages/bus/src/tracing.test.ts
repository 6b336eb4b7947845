import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import test from 'ava';
import { outgoing } from '../test/messages.ts';
import type { IncomingMessage, OutgoingMessage } from './messages.ts';
import { inConsumerSpan, publishTraced, untraced } from './tracing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** W3C trace context without its corner cases. */
const w3c: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject: (from, carrier, setter) => {
    const span = trace.getSpanContext(from);
    if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
  },
  extract: (into, carrier, getter) => {
    const [, traceId = '', spanId = ''] = String(getter.get(carrier, 'traceparent')).split('-');
    return trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
};

const storage = new AsyncLocalStorage<Context>();
const contexts: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, run, self, ...args) => storage.run(active, () => run.apply(self, args)),
  bind: (_active, target) => target,
  enable: () => contexts,
  disable: () => contexts,
};

interface Recorded {
  readonly name: string;
  readonly kind: number | undefined;
  readonly parent: string | undefined;
  readonly context: SpanContext;
  ended: boolean;
  failed: boolean;
}

const spans: Recorded[] = [];
let recording = true;

const startSpan = (name: string, options: SpanOptions = {}, parent: Context = context.active()): Span => {
  const above = trace.getSpanContext(parent);
  if (!recording) return trace.wrapSpanContext(above ?? { traceId: '', spanId: '', traceFlags: 0 });
  const own = {
    traceId: above?.traceId ?? 'f'.repeat(32),
    spanId: String(spans.length).padStart(16, '0'),
    traceFlags: 1,
  };
  const record: Recorded = {
    name,
    kind: options.kind,
    parent: above?.spanId,
    context: own,
    ended: false,
    failed: false,
  };
  spans.push(record);
  const span: Partial<Span> = {
    spanContext: () => own,
    isRecording: () => true,
    end: () => {
      record.ended = true;
    },
    setStatus: () => {
      record.failed = true;
      return span as Span;
    },
  };
  return span as Span;
};

test.before(() => {
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
  propagation.setGlobalPropagator(w3c);
  context.setGlobalContextManager(contexts);
});

const accepting = (sent: OutgoingMessage[]) => ({
  publish: async (messages: readonly OutgoingMessage[]) => {
    sent.push(...messages);
    return { accepted: messages.map(({ id }) => id), failures: [] };
  },
});

const incoming = (traceparent?: string): IncomingMessage => ({
  messageId: 'm1',
  groupId: 'g1',
  dedupId: 'd1',
  type: 'execute-task.v1',
  body: '{}',
  receiveCount: 1,
  sentAt: new Date(0),
  ...(traceparent === undefined ? {} : { traceparent }),
});

test.serial('what is sent names a producer span below the span the row was written in', async (t) => {
  spans.length = 0;
  recording = true;
  const sent: OutgoingMessage[] = [];
  await publishTraced(accepting(sent), [outgoing({ traceparent: PARENT }), outgoing({ groupId: 'g2' })]);
  t.like(spans, [
    { name: 'send queue:tasks-default', kind: 3, parent: 'b7ad6b7169203331', ended: true, failed: false },
    { parent: undefined, ended: true },
  ]);
  t.is(sent[0]?.traceparent, `00-${TRACE}-${spans[0]?.context.spanId}-01`);
});

test.serial('the span of a message that was not taken says so', async (t) => {
  spans.length = 0;
  recording = true;
  const message = outgoing({ traceparent: PARENT });
  const failures = [{ id: message.id, message: 'no', retryable: true }];
  await publishTraced({ publish: async () => ({ accepted: [], failures }) }, [message]);
  t.like(spans, [{ failed: true, ended: true }]);
});

test.serial('without an SDK the traceparent of the row goes on as it is', async (t) => {
  recording = false;
  const sent: OutgoingMessage[] = [];
  const message = outgoing({ traceparent: PARENT });
  await publishTraced(accepting(sent), [message]);
  t.is(sent[0], message);
  await inConsumerSpan('tasks-default', incoming(PARENT), async () => {
    t.is(trace.getSpanContext(context.active())?.traceId, TRACE);
  });
});

test.serial('a handler runs in the trace of its message, inside a consumer span that ends with it', async (t) => {
  spans.length = 0;
  recording = true;
  await t.throwsAsync(
    inConsumerSpan('tasks-default', incoming(PARENT), async () => {
      t.is(trace.getSpanContext(context.active())?.traceId, TRACE);
      t.like(spans, [{ name: 'process tasks-default', kind: 4, parent: 'b7ad6b7169203331', ended: false }]);
      throw new Error('bug');
    }),
  );
  t.like(spans, [{ ended: true }]);
});

test.serial('calls of the client itself are no part of the trace they are made in', async (t) => {
  await inConsumerSpan('tasks-default', incoming(PARENT), async () => {
    t.is(
      untraced(() => trace.getSpanContext(context.active())),
      undefined,
    );
  });
});
