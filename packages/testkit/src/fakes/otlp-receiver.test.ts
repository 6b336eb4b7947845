import test from 'ava';
import { startProcess } from '../process/process.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

test('spans that a service exports are received with their parents and attributes', async (t) => {
  const receiver = await startOtlpReceiver();
  t.teardown(() => receiver.close());
  const traced = await startProcess(new URL('traced.fixture.ts', import.meta.url), {
    environment: receiver.environment,
    isReady: (output) => output.includes('ready'),
  });
  t.is(await traced.ended, 0, traced.output());
  const outer = receiver.spans.find(({ name }) => name === 'outer');
  const inner = receiver.spans.find(({ name }) => name === 'inner');
  t.like(outer, { service: 'traced', kind: 'internal', parentSpanId: undefined, failed: false });
  t.like(outer?.attributes, { size: 3, name: 'orders' });
  t.is(inner?.parentSpanId, outer?.spanId);
  t.is(inner?.traceId, outer?.traceId);
  t.true((outer?.endMs ?? 0) >= (outer?.startMs ?? Number.NaN));
});

test('spans as protobuf are refused, so that nobody waits for them', async (t) => {
  const receiver = await startOtlpReceiver();
  t.teardown(() => receiver.close());
  const headers = { 'content-type': 'application/x-protobuf' };
  t.is((await fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers, body: 'x' })).status, 415);
});
