import { TransientError } from '@pao/kernel';
import test from 'ava';
import { executorUnderTest, succeeded, type UnderTestOptions } from '../../testing/executor-under-test.ts';
import { countingGate, idsOf, inAndOut, namesOf, orderOf, three, toldBy } from '../../testing/orders.ts';
import { leaseMsOf } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';

for (const [what, through] of [
  ['may not begin', (ledger) => ({ ...ledger, follow: async () => undefined })],
  [
    'may not begin, since the hold was lost,',
    (ledger) => ({ ...ledger, follow: async () => undefined, finish: async () => 'late' as const }),
  ],
  ['can not be recorded', (ledger) => ({ ...ledger, follow: () => Promise.reject(new TransientError('away')) })],
] as const satisfies readonly (readonly [string, UnderTestOptions['through']])[]) {
  test(`a next task that ${what} is not carried out, and its visit is over`, async (t) => {
    const { gate, visits } = countingGate();
    const { executor, tries, late } = executorUnderTest({ gate, through });
    const [first, second] = three();
    await executor.executeTask(first, [second]).catch((thrown) => t.true(thrown instanceof TransientError));
    t.deepEqual(tries, namesOf([first]));
    t.deepEqual(visits.toSorted(), inAndOut(namesOf([first, second])));
    t.is(late.length, what.includes('lost') ? 1 : 0);
  });
}

test('an answer of the ledger that was lost changes nothing: each effect happens once, and one message tells of all', async (t) => {
  let lost = 0;
  const { executor, ledger, tries } = executorUnderTest({
    through: (ledger) => ({
      ...ledger,
      follow: async (...args) => {
        const answer = await ledger.follow(...args);
        lost += 1;
        if (lost % 2 === 1) throw new TransientError('The database is away.');
        return answer;
      },
    }),
  });
  const order = three();
  await executor.executeTask(order[0], order.slice(1));
  t.deepEqual(tries, namesOf(order));
  t.deepEqual(toldBy(ledger.events), [['task-succeeded.v1', ...idsOf(...order)]]);
});

/** An executor on a world where another one went away in the middle of the second task of an order, before anything was told. */
const afterCrash = async ([first, second, third]: ReturnType<typeof three>, options: UnderTestOptions) => {
  const before = executorUnderTest({
    run: (tries) => (tries === 2 ? new Promise<never>(() => undefined) : succeeded),
    through: (ledger) => ({ ...ledger, announce: async () => undefined }),
  });
  void before.executor.executeTask(first, [second, third]);
  await new Promise(setImmediate);
  before.time.advance(leaseMsOf(second));
  return executorUnderTest({ ...options, shared: before });
};

for (const [what, options, type] of [
  ['is found', { probe: () => ({ kind: 'found', success: succeeded }) }, 'task-succeeded.v1'],
  ['nobody knows of', {}, 'task-stuck.v1'],
] as const satisfies readonly (readonly [string, UnderTestOptions, string])[]) {
  test(`an effect of a second task that ${what} after a crash is told with what was completed before it`, async (t) => {
    for (const by of ['sweep', 'command'] as const) {
      const [first, second, third]: readonly [TaskCommand, TaskCommand, TaskCommand] = three();
      const { executor, ledger, tries } = await afterCrash([first, second, third], options);
      if (by === 'sweep') t.is(await executor.settleAbandonedAttempts(), 1);
      else t.deepEqual(await executor.executeTask(first, [second, third]), { kind: 'done' });
      t.deepEqual(toldBy(ledger.events), [[type, ...idsOf(first, second)]]);
      // The command comes again, and hears the same.
      await executor.executeTask(first, [second, third]);
      t.deepEqual(toldBy(ledger.events).at(-1), [type, ...idsOf(first, second)]);
      t.deepEqual([ledger.events.length, new Set(ledger.events.map(({ id }) => id)).size], [2, 1]);
      t.is(ledger.attempts.size, 2);
      t.deepEqual(tries, []);
    }
  });
}

test('a command that comes again while its second task is under way elsewhere waits for that one', async (t) => {
  const gate = Promise.withResolvers<void>();
  const under = executorUnderTest({ run: (tries) => (tries === 2 ? gate.promise.then(() => succeeded) : succeeded) });
  const [first, second] = orderOf({}, { action: { timeoutSeconds: 1 } });
  const running = under.executor.executeTask(first, [second]);
  await new Promise(setImmediate);
  under.time.advance(leaseMsOf(second) - 5_000);
  t.deepEqual(await under.executor.executeTask(first, [second]), { kind: 'later', afterMs: 5_000 });
  gate.resolve();
  await running;
  t.is(under.tries.length, 2);
});
