import test from 'ava';
import { commandOf, dataOf } from '../../testing/commands.ts';
import { executorUnderTest, succeeded, type UnderTestOptions, unknown } from '../../testing/executor-under-test.ts';
import { leaseMsOf } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';

const found = { kind: 'found', success: { ...succeeded, externalRef: 'PLAT-7' } } as const;
const nothing = { kind: 'inconclusive', note: 'nothing was found', again: true } as const;

/** An executor on a ledger where an earlier process had started the command's attempt and went away. */
const afterCrash = async (command: TaskCommand, options: UnderTestOptions = {}) => {
  const before = executorUnderTest();
  await before.ledger.start({ command, step: 'call', leaseMs: leaseMsOf(command) });
  before.time.advance(leaseMsOf(command));
  return executorUnderTest({ ...options, shared: before });
};

test('an attempt in doubt is not run again: it is stuck, and a person is told', async (t) => {
  const command = commandOf();
  const { executor, ledger, tries } = await afterCrash(command);
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.is(tries.length, 0);
  t.like(dataOf(ledger.events[0]), { reason: 'outcome-unknown', failure: { code: 'ATTEMPT_INTERRUPTED' } });
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.is(tries.length, 0);
  t.is(new Set(ledger.events.map(({ id }) => id)).size, 1);
});

test('an attempt whose lease still runs is left alone', async (t) => {
  const { executor, ledger, time } = executorUnderTest();
  const command = commandOf();
  await ledger.start({ command, step: 'call', leaseMs: leaseMsOf(command) });
  time.advance(leaseMsOf(command) - 1);
  t.deepEqual(await executor.executeTask(command), { kind: 'later', afterMs: 1 });
  t.is(await executor.settleAbandonedAttempts(), 0);
  t.is(ledger.events.length, 0);
});

test('one object that carries the name is adopted', async (t) => {
  const command = commandOf();
  const { executor, ledger, tries, told } = await afterCrash(command, { probe: () => found });
  await executor.executeTask(command);
  t.is(tries.length, 0);
  t.deepEqual(told(), ['task-succeeded.v1']);
  const [attempt] = ledger.attempts.values();
  t.like(attempt?.end, { outcome: 'ok', externalRef: 'PLAT-7', evidence: { adopted: true } });
});

test('a search that finds nothing at first is asked again, and proves nothing in the end', async (t) => {
  const command = commandOf();
  const lucky = await afterCrash(command, { probe: (looks) => (looks < 3 ? nothing : found) });
  await lucky.executor.executeTask(command);
  t.deepEqual(lucky.told(), ['task-succeeded.v1']);
  const unlucky = await afterCrash(command, { probe: () => nothing });
  await unlucky.executor.executeTask(command);
  t.is(unlucky.looks(), 3);
  t.like(dataOf(unlucky.ledger.events.at(-1)), {
    reason: 'outcome-unknown',
    failure: { evidence: { probe: 'nothing was found' } },
  });
});

test('several objects that carry the name go to a person at once', async (t) => {
  const command = commandOf();
  const several = { kind: 'inconclusive', note: 'several: A-1, A-2', again: false } as const;
  const { executor, looks, told } = await afterCrash(command, { probe: () => several });
  await executor.executeTask(command);
  t.is(looks(), 1);
  t.deepEqual(told(), ['task-stuck.v1']);
});

test('an effect that is declared idempotent is sent again under the same name', async (t) => {
  const command = commandOf({ action: { idempotent: true } });
  const { executor, tries, told } = await afterCrash(command);
  await executor.executeTask(command);
  t.deepEqual(tries, [`pao-${command.taskId}-g1-call`]);
  t.deepEqual(told(), ['task-succeeded.v1']);
});

test('a refusal of the repetition leaves the first one unknown', async (t) => {
  const command = commandOf({ action: { idempotent: true } });
  const refused = { kind: 'definite-failure', failure: { code: 'HTTP_422', message: 'no' } } as const;
  const { executor, told } = await afterCrash(command, { run: () => refused });
  await executor.executeTask(command);
  t.deepEqual(told(), ['task-stuck.v1']);
});

test('an unknown outcome of a call is looked for too, before anybody is bothered', async (t) => {
  const { executor, told } = executorUnderTest({ run: () => unknown, probe: () => found });
  await executor.executeTask(commandOf());
  t.deepEqual(told(), ['task-succeeded.v1']);
});

test('an attempt whose command never comes back is settled by the sweep, with the command it started with', async (t) => {
  const command = commandOf({ action: { outputs: { id: 'body.id' } } });
  const { executor, ledger } = await afterCrash(command, { probe: () => found });
  t.is(await executor.settleAbandonedAttempts(), 1);
  t.like(dataOf(ledger.events[0]), { taskId: command.taskId, outputs: { id: 'db-1' } });
  t.is(await executor.settleAbandonedAttempts(), 0);
});

test('a command and the sweep meet over one attempt: it is settled once', async (t) => {
  const command = commandOf();
  const { executor, told } = await afterCrash(command);
  await Promise.all([executor.executeTask(command), executor.settleAbandonedAttempts(), executor.executeTask(command)]);
  t.deepEqual(told(), ['task-stuck.v1']);
});

test('two workers on one attempt: the one that lost its lease keeps its result as evidence, and no event', async (t) => {
  const gate = Promise.withResolvers<void>();
  const first = executorUnderTest({ run: () => gate.promise.then(() => succeeded) });
  const command = commandOf();
  const running = first.executor.executeTask(command);
  // The first worker hangs in its call until its lease is over; the second finds the attempt in doubt.
  await new Promise(setImmediate);
  first.time.advance(leaseMsOf(command));
  const second = executorUnderTest({ shared: first });
  await second.executor.executeTask(command);
  gate.resolve();
  await running;
  t.deepEqual(first.told(), ['task-started.v1', 'task-stuck.v1']);
  t.is(second.tries.length, 0);
  t.is(first.late.length, 1);
  const [attempt] = first.ledger.attempts.values();
  t.like(attempt?.late, { outcome: 'ok' });
});

test('an attempt in doubt that cannot even be prepared any more stays unknown', async (t) => {
  const { executor, ledger, looks } = await afterCrash(commandOf({ action: { config: { refuse: true } } }));
  t.is(await executor.settleAbandonedAttempts(), 1);
  t.is(looks(), 0);
  t.like(dataOf(ledger.events[0]), {
    reason: 'outcome-unknown',
    failure: { code: 'ATTEMPT_INTERRUPTED', evidence: { probe: 'not looked for: config: no' } },
  });
});
