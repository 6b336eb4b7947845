import test from 'ava';
import { commandOf } from '../../testing/commands.ts';
import { executorUnderTest } from '../../testing/executor-under-test.ts';
import type { TaskCommand } from '../domain/task-command.ts';

const cancellationOf = (command: TaskCommand) => ({ ...command, actionType: command.action.type });

test('a task that is cancelled before its command arrives is never tried, however often that comes', async (t) => {
  const { executor, tries, told } = executorUnderTest();
  const command = commandOf();
  await executor.cancelTask(cancellationOf(command));
  for (let times = 0; times < 3; times += 1) t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.deepEqual(tries, []);
  t.deepEqual(told(), ['task-cancelled.v1']);
});

test('a task that has ended is not cancelled: its end is told once more', async (t) => {
  const { executor, tries, told } = executorUnderTest();
  const command = commandOf();
  await executor.executeTask(command);
  await executor.cancelTask(cancellationOf(command));
  t.is(tries.length, 1);
  t.deepEqual(told(), ['task-succeeded.v1', 'task-succeeded.v1']);
});

test('a task under way is left to end, and tells its end alone', async (t) => {
  const command = commandOf();
  const { executor, told } = executorUnderTest({
    run: async () => {
      await executor.cancelTask(cancellationOf(command));
      return { kind: 'ok', result: {}, offered: {}, evidence: {} };
    },
  });
  await executor.executeTask(command);
  t.deepEqual(told(), ['task-succeeded.v1']);
});

test('a command that could not have been carried out anyway is cancelled all the same', async (t) => {
  const { executor, told } = executorUnderTest();
  const broken = commandOf({ action: { config: { refuse: true } } });
  const unknown = commandOf({ action: { type: 'from-the-future' } });
  for (const command of [broken, unknown]) {
    await executor.cancelTask(cancellationOf(command));
    await executor.executeTask(command);
  }
  t.deepEqual(told(), ['task-cancelled.v1', 'task-cancelled.v1']);
});

test('the next generation of a cancelled task is carried out', async (t) => {
  const { executor, tries } = executorUnderTest();
  const command = commandOf();
  await executor.cancelTask(cancellationOf(command));
  await executor.executeTask({ ...command, generation: 2 });
  t.deepEqual(tries, [`pao-${command.taskId}-g2-call`]);
});
