import { join } from 'node:path';
import { eventually, type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@pao/testkit';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { type RestTarget, startRestTarget } from './harness/rest-target.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { submit, untilAtRest } from './harness/steps.ts';

// The services run as processes of their own here, so that the trace has to cross every real boundary.

let directory: { path: string; remove(): Promise<void> };
let receiver: OtlpReceiver;
let target: RestTarget;
let fleet: Fleet;

test.before(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
  target = await startRestTarget();
  const catalog = join(directory.path, 'catalog');
  await writeStepCatalog(catalog, target.host);
  fleet = await startFleet({ catalog, environment: { ...receiver.environment, PAO_EGRESS_ALLOW: target.host } });
});

test.after.always(async () => {
  await fleet?.stop();
  await target?.close();
  await receiver?.close();
  await directory?.remove();
});

const byId = (spans: readonly ReceivedSpan[]) => new Map(spans.map((span) => [span.spanId, span]));

/** The services a span descends from, nearest first, itself included. */
const ancestry = (spans: readonly ReceivedSpan[], span: ReceivedSpan): readonly string[] => {
  const known = byId(spans);
  const path: string[] = [];
  for (
    let current: ReceivedSpan | undefined = span;
    current !== undefined;
    current = known.get(current.parentSpanId ?? '')
  ) {
    if (path.at(-1) !== current.service) path.push(current.service);
  }
  return path;
};

test('one trace leads from the call through gateway, request, queue, executor, the external call, and back', async (t) => {
  const [id = ''] = await submit(fleet, [{ item: 'testing-steps-1', input: { name: 'traced' } }]);
  const request = await untilAtRest(fleet, id);
  t.is(request.status, 'completed', JSON.stringify(request.failure));
  const traceId = request.traceId ?? '';
  t.regex(traceId, /^[0-9a-f]{32}$/);
  // The other test has its calls there, too.
  t.true(target.calls.some(({ traceparent }) => traceparent?.startsWith(`00-${traceId}-`)));

  // Each process sends its spans on its own, so they come in any order.
  const inTrace = (): readonly ReceivedSpan[] => receiver.spans.filter((span) => span.traceId === traceId);
  const one = (service: string, kind: ReceivedSpan['kind']): ReceivedSpan | undefined =>
    inTrace().find((span) => span.service === service && span.kind === kind);
  const path = [
    ['pao-gateway', 'server'],
    ['pao-request', 'server'],
    ['pao-request', 'producer'],
    ['pao-executor', 'consumer'],
    ['pao-executor', 'client'],
    ['pao-executor', 'producer'],
    ['pao-request', 'consumer'],
  ] as const;
  for (const [service, kind] of path) await eventually(() => one(service, kind), { timeoutMs: 30_000 });
  const back = one('pao-request', 'consumer');
  t.deepEqual(back && ancestry(inTrace(), back), ['pao-request', 'pao-executor', 'pao-request', 'pao-gateway']);
});

test('tasks that one command brings are each found by their id, with the call that each of them made', async (t) => {
  const [id = ''] = await submit(fleet, [{ item: 'testing-steps-3', input: { name: 'traced-three' } }]);
  const request = await untilAtRest(fleet, id);
  t.is(request.status, 'completed', JSON.stringify(request.failure));
  const spans = await eventually(() => {
    const found = request.tasks.map((task) =>
      receiver.spans.find(
        ({ service, attributes }) => service === 'pao-executor' && attributes['pao.task.id'] === task.id,
      ),
    );
    return found.every((span) => span !== undefined) && found;
  });
  t.is(new Set(spans.map(({ spanId }) => spanId)).size, 3);
  t.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([request.traceId]));
  for (const { spanId } of spans)
    await eventually(() =>
      receiver.spans.some(({ parentSpanId, kind }) => parentSpanId === spanId && kind === 'client'),
    );
});

test('polling for messages and probing health leave no traces', async (t) => {
  await submit(fleet, [{ item: 'testing-steps-1', input: { name: 'quiet' } }]);
  await eventually(() => receiver.spans.some(({ kind }) => kind === 'consumer'), { timeoutMs: 30_000 });
  const roots = receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined);
  t.deepEqual(
    roots.filter(({ name, attributes }) => /receive|health/i.test(`${name} ${JSON.stringify(attributes)}`)),
    [],
  );
});
