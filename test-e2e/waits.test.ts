import { operations } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { type Bench, callBack, hasTerraform, startBench, TYPES } from './harness/action-types.ts';
import { getData, untilAtRest } from './harness/steps.ts';

// What may come instead of what a waiting task waits for.

let bench: Bench;

test.before(async () => {
  bench = await startBench();
});

test.after.always(() => bench?.close());

test('a callback counts once, by its own address alone', async (t) => {
  const { fleet, world } = bench;
  const id = await bench.parked('webhook', 'called');
  const url = world.platform.callbackUrl('called');
  t.true(url.startsWith(`${fleet.url}/api/v1/callbacks/`));
  const forged = `${url.slice(0, -4)}${url.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  t.is((await callBack(forged, { outputs: { endpoint: 'forged.test' } })).status, 404);
  const answers = await Promise.all(
    ['first', 'second'].map((name) => callBack(url, { status: 'succeeded', outputs: { endpoint: `${name}.test` } })),
  );
  t.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', '202']);
  const { status, tasks } = await untilAtRest(fleet, id);
  t.is(status, 'completed');
  const told = world.platform.of('called', 'seen').map(({ body }) => body['value']);
  t.deepEqual(told, [tasks[0]?.outputs['endpoint']]);
  t.regex(String(told[0]), /^(first|second)\.test$/);
  t.is((await callBack(url, { status: 'failed' })).status, 200, 'after the end, too');
  t.is((await bench.read(id)).status, 'completed');
});

test('an abort lets go of whatever waits, and nothing is done after it', async (t) => {
  t.timeout(120_000);
  const { fleet, world } = bench;
  const aborted = TYPES.map(async (type) => {
    const name = `aborted-${type}`;
    const id = await bench.parked(type, name);
    await getData(fleet, operations.abortRequest, { params: { id }, body: {} });
    const request = await untilAtRest(fleet, id);
    t.is(request.status, 'aborted', type);
    // Who decides or calls back now may be told that it is too late.
    await bench.release(type, id).catch(() => undefined);
    return { type, id, name };
  });
  const ended = await Promise.all(aborted);
  // By the time that others, which wait for the same, have gone all the way, these would have, too.
  await Promise.all(
    TYPES.map(async (type) => {
      const id = await bench.parked(type, `after-${type}`);
      await bench.release(type, id);
      t.is((await untilAtRest(fleet, id, 90_000)).status, 'completed', type);
    }),
  );
  for (const { type, id, name } of ended) {
    const { status, tasks } = await bench.read(id);
    t.is(status, 'aborted', type);
    t.deepEqual(
      tasks.slice(1).map((task) => task.status),
      tasks.slice(1).map(() => 'skipped'),
      type,
    );
    t.deepEqual(world.platform.of(name, 'seen'), [], type);
  }
  t.deepEqual(
    world.github.pulls.filter(({ title }) => title === 'Add aborted-git-commit').map(({ merged }) => merged),
    [false],
  );
});

(hasTerraform ? test : test.skip)('a plan that is rejected is not applied, and a retry makes another', async (t) => {
  const { fleet, approver } = bench;
  const id = await bench.parked('terraform', 'rejected');
  const [task] = (await bench.read(id)).tasks;
  const call = { params: { id, taskId: task?.id ?? '' }, body: { approved: false, reason: 'not on a Friday' } };
  const own = await fleet.client.call(operations.decideTask, call);
  t.true(!own.ok && own.error.kind === 'refused' && own.error.status === 403);
  await getData(approver, operations.decideTask, call);
  const failed = await untilAtRest(fleet, id);
  t.like(failed.failure, { code: 'TERRAFORM_PLAN_REJECTED', stuck: null });
  t.regex(failed.failure?.message ?? '', /not on a Friday/);
  await getData(fleet, operations.retryRequest, { params: { id }, body: {} });
  await eventually(async () => (await bench.read(id)).tasks[0]?.waitingFor?.kind === 'approval', { timeoutMs: 60_000 });
  await bench.release('terraform', id);
  const { status, tasks } = await untilAtRest(fleet, id);
  t.is(status, 'completed');
  t.like(tasks[0]?.outputs, { made: 'rejected', plan: { add: 1, change: 0, destroy: 0 } });
});

test('a wait that ends without what it waited for says what to look at, and a retry waits anew', async (t) => {
  const { fleet, world } = bench;
  const id = await bench.parked('impatient', 'late');
  const first = world.platform.callbackUrl('late');
  const { failure, tasks } = await untilAtRest(fleet, id);
  t.like(failure, { code: 'WAIT_TIMED_OUT', stuck: 'outcome-unknown' });
  t.is(tasks[0]?.status, 'stuck');
  t.regex(failure?.message ?? '', /within 2 s.*look before you retry/);
  const page = await fetch(`${fleet.url}${failure?.docUrl ?? ''}`);
  t.regex(await page.text(), /WAIT_TIMED_OUT/);
  t.is((await callBack(first, {})).status, 409);

  const unread = await fleet.client.call(operations.retryRequest, { params: { id }, body: {} });
  t.true(!unread.ok, 'it wants to hear that somebody has looked');
  await getData(fleet, operations.retryRequest, { params: { id }, body: { acknowledgeUnknown: true } });
  const second = await eventually(() => {
    const url = world.platform.callbackUrl('late');
    return url !== first && url;
  });
  t.is((await callBack(first, { outputs: { endpoint: 'too-late.test' } })).status, 409);
  t.is((await callBack(second, { status: 'succeeded', outputs: { endpoint: 'in-time.test' } })).status, 202);
  t.is((await untilAtRest(fleet, id)).status, 'completed');
  t.deepEqual(
    world.platform.of('late', 'seen').map(({ body }) => body['value']),
    ['in-time.test'],
  );
  const keys = world.platform.of('late', 'hook').map(({ key }) => key);
  t.deepEqual(
    keys.map((key) => /-g\d-/.exec(key)?.[0]),
    ['-g1-', '-g2-'],
  );
});
