import test from 'ava';
import { commandOf, dataOf } from '../../testing/commands.ts';
import { executorUnderTest } from '../../testing/executor-under-test.ts';
import type { TaskEvent } from '../domain/task-events.ts';
import type { Admission, Visit } from '../ports/gate.ts';

/** The executor behind a gate that answers in turn, and lets in after that. */
const behindGate = (answers: readonly ('first' | 'again')[], tell?: () => Promise<void>) => {
  const told: TaskEvent[] = [];
  const keys: string[] = [];
  let inside = 0;
  const left = [...answers];
  const enter = ({ key, effect }: Visit): Admission => {
    keys.push(key);
    const answer = left.shift();
    if (answer !== undefined)
      return { kind: 'wait', afterMs: 7_000, reason: 'https://x.test fails', first: answer === 'first' };
    inside += 1;
    const leave = (): void => {
      inside -= 1;
    };
    return { kind: 'admitted', effect, leave };
  };
  const notices = { tell: tell ?? (async (event: TaskEvent) => void told.push(event)) };
  const troubles: string[] = [];
  const gate = { enter };
  const under = executorUnderTest({ gate, notices, troubled: (what) => troubles.push(what) });
  return { ...under, told: told, events: under.told, keys, inside: () => inside, troubles };
};

test('a task that has to wait comes back later, has not started, and is told of once', async (t) => {
  const { executor, told, keys, tries, events, ledger } = behindGate(['first', 'again']);
  const command = commandOf();
  for (let turn = 0; turn < 2; turn += 1)
    t.deepEqual(await executor.executeTask(command), { kind: 'later', afterMs: 7_000 });
  t.is(tries.length, 0);
  t.is(ledger.events.length, 0);
  t.is(told.length, 1);
  t.like(dataOf(told[0]), { taskId: command.taskId, lines: [{ message: 'waiting: https://x.test fails' }] });
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.deepEqual(events(), ['task-succeeded.v1']);
  t.is(new Set(keys).size, 1);
});

test('a task leaves the gate when it is over, however it ends', async (t) => {
  const { executor, inside } = behindGate([]);
  await executor.executeTask(commandOf());
  t.is(inside(), 0);
});

test('that it waits can go untold, and nothing else goes wrong', async (t) => {
  const { executor, troubles } = behindGate(['first'], () => Promise.reject(new Error('away')));
  t.like(await executor.executeTask(commandOf()), { kind: 'later' });
  t.deepEqual(troubles, ['could not tell that a task waits for its target']);
});
