import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import test from 'ava';
import {
  currentCorrelationId,
  currentTraceId,
  currentTraceparent,
  isTracing,
  runWithCorrelationId,
  runWithTraceparent,
  startTelemetry,
} from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.before(async () => {
  await startTelemetry({ service: 'test', version: '0', environment: {} });
});

test('without an endpoint nothing is recorded', (t) => {
  t.false(isTracing());
});

test('a traceparent is the trace of everything inside, across awaits', async (t) => {
  await runWithTraceparent(TRACEPARENT, async () => {
    await sleep(1);
    t.is(currentTraceparent(), TRACEPARENT);
    t.is(currentTraceId(), '0af7651916cd43dd8448eb211c80319c');
  });
  t.is(currentTraceparent(), undefined);
});

test('without a traceparent, or with a malformed one, a new trace begins each time', (t) => {
  const given = [
    undefined,
    '',
    'nonsense',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    `${TRACEPARENT}\r\n`,
  ];
  const found = given.map((traceparent) => runWithTraceparent(traceparent, currentTraceparent));
  for (const traceparent of found) t.regex(traceparent ?? '', /^00-[\da-f]{32}-[\da-f]{16}-01$/);
  t.is(new Set(found).size, given.length);
});

test('a trace inside another replaces it only there', (t) => {
  runWithTraceparent(TRACEPARENT, () => {
    runWithTraceparent(undefined, () => t.not(currentTraceparent(), TRACEPARENT));
    t.is(currentTraceparent(), TRACEPARENT);
  });
});

test('spans started without a recorder keep the trace, and the propagator carries it', (t) => {
  const carrier: Record<string, string> = {};
  runWithTraceparent(TRACEPARENT, () => {
    trace.getTracer('test').startActiveSpan('work', (span) => {
      propagation.inject(context.active(), carrier);
      span.end();
    });
  });
  t.is(carrier.traceparent, TRACEPARENT);
  const extracted = propagation.extract(ROOT_CONTEXT, carrier);
  t.is(trace.getSpanContext(extracted)?.traceId, '0af7651916cd43dd8448eb211c80319c');
});

test('a correlation id is known inside and nowhere else', async (t) => {
  await runWithCorrelationId('c-1', async () => {
    await sleep(1);
    t.is(currentCorrelationId(), 'c-1');
  });
  t.is(currentCorrelationId(), undefined);
});
