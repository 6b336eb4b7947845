import test from 'ava';
import { dataOf } from '../../testing/commands.ts';
import { executorUnderTest, succeeded, unknown } from '../../testing/executor-under-test.ts';
import { countingGate, idsOf, inAndOut, namesOf, orderOf, three, toldBy, toldIn } from '../../testing/orders.ts';
import { steppedWorld } from '../../testing/stepped-world.ts';
import type { Success, Verdict } from '../domain/verdict.ts';

const refused: Verdict = { kind: 'definite-failure', failure: { code: 'HTTP_422', message: 'no' } };
const failing = (at: number, verdict: Verdict) => (tries: number) => (tries === at ? verdict : succeeded);

test('tasks of one command are carried out one after the other, and one message tells of all, with outputs and logs', async (t) => {
  const { executor, ledger, tries } = executorUnderTest({
    run: (tries) => ({ ...succeeded, result: { body: { id: `db-${tries}` } }, externalRef: `REF-${tries}` }),
  });
  const outputs = { id: 'body.id' };
  const [first, ...others] = orderOf({ action: { outputs } }, { action: { outputs } }, { action: { outputs } });
  t.deepEqual(await executor.executeTask(first, others), { kind: 'done' });
  t.deepEqual(tries, namesOf([first, ...others]));
  t.deepEqual(toldBy(ledger.events), [['task-succeeded.v1', ...idsOf(first, ...others)]]);
  const data = dataOf(ledger.events[0]) as object as { completedBefore: readonly object[]; log: readonly object[] };
  for (const [n, one] of [...data.completedBefore, data].entries()) {
    t.like(one, {
      ...{ generation: 1, outputs: { status: 201, id: `db-${n + 1}` }, externalRef: `REF-${n + 1}` },
      ...{ startedAt: new Date(0).toISOString(), finishedAt: new Date(0).toISOString() },
    });
    const log = JSON.stringify((one as { log: unknown }).log);
    t.true(log.includes(tries[n] ?? '') && log.includes('ended: the effect is done'));
    t.is(log.includes('begun right behind the task before it'), n > 0);
    t.is(log.includes('"message":"prepared: rest-api"'), n === 0);
  }
});

const parkedTicket: Success = {
  ...succeeded,
  waitsFor: { system: 'jira', instance: 'default', id: '1', key: 'P-1', url: 'https://j.test/P-1', fields: {} },
};
for (const [verdict, type] of [
  [refused, 'task-failed.v1'],
  [unknown, 'task-stuck.v1'],
  [parkedTicket, 'task-waiting.v1'],
] as const) {
  test(`a second task that ends in ${type} tells what was completed before it, and the third is not begun`, async (t) => {
    const { executor, ledger, tries } = executorUnderTest({ run: failing(2, verdict) });
    const [first, second, third] = three();
    await executor.executeTask(first, [second, third]);
    t.is(tries.length, 2);
    t.deepEqual(toldBy(ledger.events), [[type, ...idsOf(first, second)]]);
    t.is(ledger.attempts.size, 2);
  });

  test(`a first task that ends in ${type} is told of alone, and no other is begun`, async (t) => {
    const { executor, ledger, tries } = executorUnderTest({ run: failing(1, verdict) });
    const [first, ...others] = three();
    await executor.executeTask(first, others);
    t.is(tries.length, 1);
    t.deepEqual(toldBy(ledger.events), [[type, ...idsOf(first)]]);
    t.is(ledger.attempts.size, 1);
  });
}

test('once a task takes its time it is told of, with what was completed before it, and no further one is begun', async (t) => {
  for (const slow of [1, 2]) {
    const under = executorUnderTest({
      run: (tries) => {
        if (tries === slow) under.time.advance(300);
        return succeeded;
      },
    });
    const order = three();
    const [first, ...others] = order;
    await under.executor.executeTask(first, others);
    const ids = idsOf(...order.slice(0, slow));
    t.deepEqual(toldBy(under.ledger.events), [
      ['task-started.v1', ...ids],
      ['task-succeeded.v1', ...ids],
    ]);
    t.is(under.ledger.attempts.size, slow);
  }
});

test('an order goes on for a second, however quick each of its tasks is', async (t) => {
  const under = executorUnderTest({
    run: () => {
      under.time.advance(200);
      return succeeded;
    },
  });
  const order = orderOf({}, {}, {}, {}, {}, {}, {}, {});
  const [first, ...others] = order;
  await under.executor.executeTask(first, others);
  t.deepEqual(toldBy(under.ledger.events), [['task-succeeded.v1', ...idsOf(...order.slice(0, 6))]]);
  t.is(under.tries.length, 6);
});

for (const [what, action] of [
  ['can not be sent', { config: { refuse: true } }],
  ['can not be prepared for now', { config: { away: true } }],
  ['is of a type that is not served', { type: 'teleport' }],
] as const) {
  test(`a next task that ${what} is left to a command of its own, and the task before it is told of`, async (t) => {
    const { executor, ledger, tries } = executorUnderTest();
    const [first, ...others] = orderOf({}, { action }, {});
    t.deepEqual(await executor.executeTask(first, others), { kind: 'done' });
    t.deepEqual(tries, namesOf([first]));
    t.deepEqual(toldBy(ledger.events), [['task-succeeded.v1', first.taskId]]);
    t.is(ledger.attempts.size, 1);
  });
}

test('what was not begun is carried out by a command of its own', async (t) => {
  const { executor, tries, ledger } = executorUnderTest({ run: failing(1, refused) });
  const [first, second] = three();
  await executor.executeTask(first, [second]);
  await executor.executeTask(second);
  t.deepEqual(tries, namesOf([first, second]));
  t.deepEqual(toldIn(ledger.events.at(-1)), [second.taskId]);
});

test('a later generation that may go on behind an earlier one comes in a command of its own', async (t) => {
  for (const continues of [true, false]) {
    const { executor, tries } = executorUnderTest({ continues });
    const [first, second] = orderOf({}, { generation: 2 });
    await executor.executeTask(first, [second]);
    t.is(tries.length, continues ? 1 : 2);
  }
});

test('what is told at once stays within 48 KiB: the next task is left to a command of its own', async (t) => {
  // 15,000 characters of two bytes each.
  const { executor, ledger } = executorUnderTest({
    run: () => ({ ...succeeded, result: { body: { id: 'ü'.repeat(15_000) } } }),
  });
  const own = { action: { outputs: { id: 'body.id' } } };
  const [first, second, ...others] = orderOf(own, own, own, own);
  await executor.executeTask(first, [second, ...others]);
  t.deepEqual(toldBy(ledger.events), [['task-succeeded.v1', ...idsOf(first, second)]]);
  t.is(ledger.attempts.size, 2);
});

test('a next task that has to wait at its target is left to a command of its own', async (t) => {
  const [first, second, third] = three();
  const { gate, visits } = countingGate((key) => key.includes(second.taskId));
  const { executor, ledger } = executorUnderTest({ gate });
  t.deepEqual(await executor.executeTask(first, [second, third]), { kind: 'done' });
  t.deepEqual(toldBy(ledger.events), [['task-succeeded.v1', first.taskId]]);
  t.deepEqual(visits, inAndOut(namesOf([first])));
});

test('each visit at the gate is over with its task, once, and not with the order', async (t) => {
  const { gate, visits } = countingGate();
  const order = three();
  const [first, second, third] = namesOf(order);
  const { executor } = executorUnderTest({
    gate,
    run: () => {
      visits.push('run');
      return succeeded;
    },
  });
  await executor.executeTask(order[0], order.slice(1));
  t.deepEqual(visits, [
    ...[`${first} in`, 'run', `${first} out`],
    ...[`${second} in`, 'run', `${second} out`],
    ...[`${third} in`, 'run', `${third} out`],
  ]);
});

test('a second task that is parked tells what was completed before it, at its end too, and the third is not begun', async (t) => {
  const world = steppedWorld({ effect: () => (world.effects.length === 1 ? succeeded : undefined) });
  const [first, second, third] = three();
  const executor = world.startProcess();
  await executor.executeTask(first, [second, third]);
  t.deepEqual(toldBy(world.ledger.events), [['task-waiting.v1', ...idsOf(first, second)]]);
  world.time.advance(5_000);
  t.is(await executor.wakeParkedTasks(), 1);
  t.deepEqual(toldBy(world.ledger.events).at(-1), ['task-succeeded.v1', ...idsOf(first, second)]);
  t.deepEqual(
    world.effects.map((name) => name.split('-').at(-1)),
    ['first', 'first', 'second', 'third'],
  );
});

test('nothing is begun behind a task of several steps', async (t) => {
  const world = steppedWorld({ effect: (step) => (step === 'second' ? succeeded : undefined) });
  const [first, ...others] = three();
  await world.startProcess().executeTask(first, others);
  t.deepEqual(toldBy(world.ledger.events), [['task-succeeded.v1', first.taskId]]);
  t.is(world.effects.length, 2);
});
