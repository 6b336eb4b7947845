import { TransientError } from '@pao/kernel';
import test from 'ava';
import { commandOf, dataOf } from '../../testing/commands.ts';
import { executorUnderTest, succeeded, unknown } from '../../testing/executor-under-test.ts';
import { attemptName } from '../domain/attempt.ts';
import type { NotExecuted } from '../domain/verdict.ts';

const busy: NotExecuted = { kind: 'not-executed', failure: { code: 'HTTP_429', message: 'the target answered 429' } };

test('a task succeeds: one effect under the name of its attempt, and its outputs are told', async (t) => {
  const { executor, ledger, tries, told } = executorUnderTest();
  const command = commandOf({ action: { outputs: { databaseId: 'body.id' } } });
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.deepEqual(tries, [`pao-${command.taskId}-g1-call`]);
  t.deepEqual(told(), ['task-succeeded.v1']);
  t.like(dataOf(ledger.events[0]), {
    requestId: command.requestId,
    taskId: command.taskId,
    generation: 1,
    outputs: { status: 201, databaseId: 'db-1' },
  });
  const attempt = ledger.attempts.get(tries[0] ?? '');
  t.like(attempt?.end, {
    outcome: 'ok',
    tries: 1,
    evidence: { status: 201, target: 'POST http://target.test/things' },
  });
});

test('a command that comes again after its end does nothing: the same end is told once more, since it may be lost', async (t) => {
  const { executor, ledger, tries } = executorUnderTest();
  const command = commandOf();
  await executor.executeTask(command);
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.is(tries.length, 1);
  t.is(ledger.events.length, 2);
  t.is(new Set(ledger.events.map(({ id }) => id)).size, 1);
});

test('a person’s retry, the next generation, has an effect of its own', async (t) => {
  const { executor, tries, told } = executorUnderTest({ run: (tries) => (tries === 1 ? unknown : succeeded) });
  const command = commandOf();
  await executor.executeTask(command);
  await executor.executeTask({ ...command, generation: 2 });
  t.deepEqual(tries, [`pao-${command.taskId}-g1-call`, `pao-${command.taskId}-g2-call`]);
  t.deepEqual(told(), ['task-stuck.v1', 'task-succeeded.v1']);
  await executor.executeTask(command);
  t.is(tries.length, 2);
});

test('what cannot be sent is refused for certain, and stays refused', async (t) => {
  const { executor, ledger, tries, told } = executorUnderTest();
  const command = commandOf({ action: { config: { refuse: true } } });
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.like(dataOf(ledger.events[0]), { failure: { code: 'CONFIG_INVALID', message: 'config: no' } });
  t.deepEqual(await executor.executeTask({ ...command, action: { ...command.action, config: {} } }), { kind: 'done' });
  t.deepEqual(told(), ['task-failed.v1', 'task-failed.v1']);
  t.is(new Set(ledger.events.map(({ id }) => id)).size, 1);
  t.is(tries.length, 0);
});

test('an action type that nobody serves, and outputs that do not parse, fail before anything happens', async (t) => {
  for (const [action, code] of [
    [{ type: 'teleport' }, 'UNKNOWN_ACTION_TYPE'],
    [{ outputs: { id: 'body.(' } }, 'OUTPUT_INVALID'],
  ] as const) {
    const { executor, ledger, tries } = executorUnderTest();
    await executor.executeTask(commandOf({ action }));
    t.like(dataOf(ledger.events[0]), { failure: { code } });
    t.is(tries.length, 0);
  }
});

test('an unknown outcome is never tried again by itself; a person is told what is known', async (t) => {
  const { executor, ledger, tries } = executorUnderTest({ run: () => unknown });
  await executor.executeTask(commandOf());
  t.is(tries.length, 1);
  t.like(dataOf(ledger.events[0]), {
    reason: 'outcome-unknown',
    failure: {
      code: 'HTTP_500',
      evidence: { status: 500, attempt: tries[0], target: 'POST http://target.test/things', tries: 1 },
    },
  });
});

test('an unknown outcome of an idempotent action is sent again under the same name', async (t) => {
  const { executor, tries, told } = executorUnderTest({ run: (tries) => (tries < 3 ? unknown : succeeded) });
  await executor.executeTask(commandOf({ action: { idempotent: true } }));
  t.is(tries.length, 3);
  t.is(new Set(tries).size, 1);
  t.is(told().at(-1), 'task-succeeded.v1');
});

test('a refusal after an unknown outcome does not make it certain', async (t) => {
  const refused = { kind: 'definite-failure', failure: { code: 'HTTP_401', message: 'no' } } as const;
  const { executor, told } = executorUnderTest({ run: (tries) => (tries === 1 ? unknown : refused) });
  await executor.executeTask(commandOf({ action: { idempotent: true } }));
  t.deepEqual(told(), ['task-stuck.v1']);
});

test('what was not executed is tried three times with growing pauses, then failed for certain', async (t) => {
  const { executor, tries, time, told } = executorUnderTest({ run: () => busy });
  await executor.executeTask(commandOf());
  t.is(tries.length, 3);
  t.deepEqual(time.sleeps, [188, 375]);
  t.is(told().at(-1), 'task-failed.v1');
});

test('a target’s Retry-After is kept, unless the time of the action ends before', async (t) => {
  const patient = executorUnderTest({ run: (tries) => (tries === 1 ? { ...busy, retryAfterMs: 3_000 } : succeeded) });
  await patient.executor.executeTask(commandOf());
  t.is(patient.told().at(-1), 'task-succeeded.v1');
  t.true((patient.time.sleeps[0] ?? 0) >= 3_000);
  const late = executorUnderTest({ run: () => ({ ...busy, retryAfterMs: 6_000 }) });
  await late.executor.executeTask(commandOf({ action: { timeoutSeconds: 5 } }));
  t.is(late.tries.length, 1);
  t.deepEqual(late.told(), ['task-failed.v1']);
});

test('a task is told to be under way only when it takes its time', async (t) => {
  const slow = executorUnderTest({
    run: () => {
      slow.time.advance(300);
      return succeeded;
    },
  });
  await slow.executor.executeTask(commandOf());
  t.deepEqual(slow.told(), ['task-started.v1', 'task-succeeded.v1']);
  const quick = executorUnderTest({
    run: () => {
      quick.time.advance(200);
      return succeeded;
    },
  });
  await quick.executor.executeTask(commandOf());
  quick.time.advance(10_000);
  t.deepEqual(quick.told(), ['task-succeeded.v1']);
});

test('a command whose attempt runs elsewhere waits for it', async (t) => {
  const { executor, ledger } = executorUnderTest();
  const command = commandOf();
  await ledger.start({ command, step: 'call', leaseMs: 4_000 });
  t.deepEqual(await executor.executeTask(command), { kind: 'later', afterMs: 4_000 });
});

test('the end is recorded though the database was away, and the effect is not had twice', async (t) => {
  let failures = 3;
  const { executor, tries, told } = executorUnderTest({
    through: (ledger) => ({
      ...ledger,
      finish: async (...end) => {
        failures -= 1;
        if (failures >= 0) throw new TransientError('The database is away.');
        return ledger.finish(...end);
      },
    }),
  });
  await executor.executeTask(commandOf());
  t.is(tries.length, 1);
  t.deepEqual(told(), ['task-succeeded.v1']);
});

test('a database that stays away beyond the lease gives the command back', async (t) => {
  const { executor, tries } = executorUnderTest({
    through: (ledger) => ({ ...ledger, finish: () => Promise.reject(new TransientError('The database is away.')) }),
  });
  await t.throwsAsync(executor.executeTask(commandOf()), { instanceOf: TransientError });
  t.is(tries.length, 1);
});

test('characters that no database stores get neither into an event nor into the ledger', async (t) => {
  const { executor, ledger, tries } = executorUnderTest({
    run: () => ({ ...succeeded, result: { body: { id: 'a\0b', half: '\ud800' } }, externalRef: 'PLAT-\0\udfff' }),
  });
  await executor.executeTask(commandOf({ action: { outputs: { id: 'body.id', half: 'body.half' } } }));
  t.like(dataOf(ledger.events[0]), {
    outputs: { id: 'a\uFFFDb', half: '\uFFFD' },
    externalRef: 'PLAT-\uFFFD\uFFFD',
  });
  t.is(ledger.attempts.get(tries[0] ?? '')?.end?.externalRef, 'PLAT-\uFFFD\uFFFD');
});

test('an output too large for a message, or one that cannot be read, does not undo a success', async (t) => {
  const { executor, ledger, tries } = executorUnderTest({
    run: () => ({ ...succeeded, result: { body: { id: 'db-1', huge: 'x'.repeat(100_000) } } }),
  });
  const outputs = { id: 'body.id', huge: 'body.huge', bad: 'length(body.nope)' };
  await executor.executeTask(commandOf({ action: { outputs } }));
  t.deepEqual(dataOf(ledger.events[0])['outputs'], { status: 201, id: 'db-1', bad: null });
  const { end } = ledger.attempts.get(tries[0] ?? '') ?? {};
  t.like(end, { evidence: { outputsTooLarge: ['huge'], outputsNotEvaluated: ['bad'] } });
});

test('the name of an attempt fits where it is used: a header, a label, a branch', (t) => {
  const name = attemptName({ taskId: commandOf().taskId, generation: 12, step: 'create' });
  t.regex(name, /^pao-[0-9a-f-]{36}-g12-create$/);
  t.true(name.length < 80);
});
