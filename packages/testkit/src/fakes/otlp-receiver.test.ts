import test from 'ava';
import { startProcess } from '../process/process.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

test('spans that a service exports are received with their parents and attributes', async (t) => {
  const receiver = await startOtlpReceiver();
  t.teardown(() => receiver.close());
  const traced = await startProcess(new URL('traced.fixture.ts', import.meta.url), {
    environment: receiver.environment,
    isReady: (output) => output.includes('done'),
  });
  t.is(await traced.ended, 0, traced.output());
  const served = (path: string) =>
    receiver.spans.find(({ kind, attributes }) => kind === 'server' && Object.values(attributes).includes(path));
  const [outer, inner] = [served('/outer'), served('/inner')];
  const call = receiver.spans.find(({ spanId }) => spanId === inner?.parentSpanId);
  t.like(outer, { service: 'traced', parentSpanId: undefined, failed: false });
  t.like(call, { kind: 'client', parentSpanId: outer?.spanId, traceId: outer?.traceId });
  t.is(inner?.traceId, outer?.traceId);
  t.true(Object.values(inner?.attributes ?? {}).includes(200));
  t.true((outer?.endMs ?? 0) >= (inner?.endMs ?? Number.NaN));
});

test('spans as protobuf are refused, so that nobody waits for them', async (t) => {
  const receiver = await startOtlpReceiver();
  t.teardown(() => receiver.close());
  const headers = { 'content-type': 'application/x-protobuf' };
  t.is((await fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers, body: 'x' })).status, 415);
});
