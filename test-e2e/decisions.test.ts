import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations, type RequestDetails } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type RestTarget, startRestTarget, type TargetAnswer, type TargetCall } from './harness/rest-target.ts';
import { sandboxCalls } from './harness/sandbox.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// What people decide about requests that stopped, on the real system, held against the record of what was called.

let system: Standalone;
let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };

const callsOf = (name: string): readonly TargetCall[] => target.calls.filter(({ body }) => body.includes(`"${name}"`));

/** The second step of `refused-…` and `unclear-…` goes wrong the first time it is called; the first step of `slow-…` takes long. */
const answerTo = ({ path, body }: TargetCall): TargetAnswer => {
  const { name } = JSON.parse(body) as { readonly name: string };
  const isFirst = !callsOf(name).some((call) => call.path === path);
  if (path === '/steps/2' && isFirst && name.startsWith('refused')) return { status: 422 };
  if (path === '/steps/2' && isFirst && name.startsWith('unclear')) return { status: 503 };
  return { delayMs: path === '/steps/1' && name.startsWith('slow') ? 1_500 : 0 };
};

test.before(async () => {
  directory = await temporaryDirectory();
  target = await startRestTarget(answerTo);
  const catalog = join(directory.path, 'catalog');
  await writeStepCatalog(catalog, target.host);
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
  });
});

test.after.always(async () => {
  await system?.kill();
  await target?.close();
  await directory?.remove();
});

const ask = async (name: string): Promise<string> => {
  const [id = ''] = await submit(system, [{ item: 'testing-steps-3', input: { name } }]);
  return id;
};

const stopped = async (name: string): Promise<RequestDetails> => {
  const request = await untilAtRest(system, await ask(name));
  if (request.status !== 'failed') throw new Error(`it is ${request.status}`);
  return request;
};

const retry = (id: string, body: { version?: number; acknowledgeUnknown?: boolean; reason?: string } = {}) =>
  system.client.call(operations.retryRequest, { params: { id }, body });

const abort = (id: string, body: { version?: number; reason?: string } = {}) =>
  system.client.call(operations.abortRequest, { params: { id }, body });

type Decided = Awaited<ReturnType<typeof retry>>;

const refusalOf = (t: ExecutionContext, decided: Decided): { status: number; code: string; message: string } => {
  if (decided.ok || decided.error.kind !== 'refused') throw new Error(`not refused: ${JSON.stringify(decided)}`);
  t.log(decided.error.error.message);
  return { status: decided.error.status, code: decided.error.error.code, message: decided.error.error.message };
};

const paths = (name: string): readonly string[] => callsOf(name).map(({ path }) => path.slice(-1));

const escalations = async (requestId: string, status: 'open' | 'closed', count: number): Promise<void> => {
  for (;;) {
    const found = await getData(system, operations.listEscalations, { query: { requestId, status } });
    if (found.length === count) return;
    await sleep(50);
  }
};

test('a refused task is retried under a key of its own, and what was done before is not done again', async (t) => {
  const request = await stopped('refused-one');
  await escalations(request.id, 'open', 1);
  t.true((await retry(request.id, { version: request.version, reason: 'the quota was raised' })).ok);
  const done = await untilAtRest(system, request.id);
  await escalations(request.id, 'open', 0);
  t.is(done.status, 'completed');
  t.deepEqual(paths('refused-one'), ['1', '2', '2', '3']);
  t.deepEqual(
    done.tasks.map(({ generation }) => generation),
    [1, 2, 1],
  );
  t.is(new Set(callsOf('refused-one').map(({ idempotencyKey }) => idempotencyKey)).size, 4);
  const changes = [];
  for await (const change of system.client.stream(operations.streamRequestEvents, { params: { id: request.id } }))
    changes.push(change);
  t.like(
    changes.find(({ change }) => change === 'request-retrying'),
    { reason: 'the quota was raised', from: 'failed' },
  );
});

test('what may have happened already is run again only by who has been told so', async (t) => {
  const { id } = await stopped('unclear-one');
  const preview = await getData(system, operations.previewRetry, { params: { id } });
  t.true(preview.acknowledgementNeeded);
  t.is(preview.kept.length, 1);
  t.regex(preview.mayHaveHappened[0]?.check ?? '', /steps\/2.* pao-[0-9a-f-]{36}-g1/);
  const refusal = refusalOf(t, await retry(id));
  t.like(refusal, { status: 409, code: 'CONFLICT' });
  t.regex(refusal.message, /acknowledgeUnknown/);
  t.is(callsOf('unclear-one').length, 2);
  t.true((await retry(id, { acknowledgeUnknown: true })).ok);
  t.is((await untilAtRest(system, id)).status, 'completed');
  t.deepEqual(paths('unclear-one'), ['1', '2', '2', '3']);
});

test('an abort while a task runs lets it end, records it, and starts nothing after it', async (t) => {
  const id = await ask('slow-one');
  while (callsOf('slow-one').length === 0) await sleep(5);
  const decided = await abort(id, { reason: 'not wanted any more' });
  t.true(decided.ok && decided.value.data.status === 'aborting');
  const second = refusalOf(t, await abort(id));
  t.like(second, { status: 409, code: 'CONFLICT' });
  const ended = await untilAtRest(system, id);
  t.is(ended.status, 'aborted');
  t.deepEqual(
    ended.tasks.map(({ status }) => status),
    ['completed', 'skipped', 'skipped'],
  );
  t.deepEqual(paths('slow-one'), ['1']);
  t.regex(refusalOf(t, await retry(id)).message, /aborted/);
});

test('a failed request is aborted at once, and its escalation closes', async (t) => {
  const { id } = await stopped('refused-two');
  await escalations(id, 'open', 1);
  const decided = await abort(id);
  t.true(decided.ok && decided.value.data.status === 'aborted');
  await escalations(id, 'closed', 1);
  t.deepEqual(paths('refused-two'), ['1', '2']);
});

test('of people who press retry and abort at once one wins, and no effect happens twice', async (t) => {
  for (const round of [1, 2, 3, 4]) {
    const name = `refused-race-${round}`;
    const { id, version } = await stopped(name);
    // All saw the same version: without it, an abort that comes after the retry is a decision about the retry.
    const presses = [retry(id, { version }), abort(id, { version }), retry(id, { version }), abort(id, { version })];
    const outcomes = await Promise.all(presses);
    t.is(outcomes.filter(({ ok }) => ok).length, 1);
    for (const outcome of outcomes) if (!outcome.ok) t.is(refusalOf(t, outcome).status, 409);
    const ended = await untilAtRest(system, id);
    const expected = ended.status === 'completed' ? ['1', '2', '2', '3'] : ['1', '2'];
    t.deepEqual(paths(name), expected, ended.status);
  }
});

test('a decision that is sent twice with one key is made once', async (t) => {
  const { id } = await stopped('refused-three');
  const again = () =>
    system.client.call(operations.retryRequest, { params: { id }, body: {}, idempotencyKey: `retry-${id}` });
  const answers = await Promise.all([again(), again(), again()]);
  const [first] = answers;
  t.true(answers.every((answer) => answer.ok && first?.ok && answer.value.data.version === first.value.data.version));
  t.is((await untilAtRest(system, id)).status, 'completed');
  t.true((await again()).ok);
  t.deepEqual(paths('refused-three'), ['1', '2', '2', '3']);
  t.is((await sandboxCalls(system)).length, 0);
});
