import test from 'ava';
import { commandOf, dataOf } from '../../testing/commands.ts';
import { steppedWorld } from '../../testing/stepped-world.ts';

const failure = { code: 'HTTP_422', message: 'no' };
const fail = (step: string) => (at: string) =>
  at === step ? ({ kind: 'definite-failure', failure } as const) : undefined;

const linesOf = (events: readonly { readonly body: string }[]): string =>
  JSON.stringify(events.map((event) => dataOf(event)));

test('each step has an attempt of its own, and the state of the one before it; only the last one tells the end', async (t) => {
  const world = steppedWorld({ look: () => ({ kind: 'step', step: 'third', state: { seen: true } }) });
  const command = commandOf({ action: { outputs: { id: 'id' } } });
  const executor = world.startProcess();
  t.deepEqual(await executor.executeTask(command), { kind: 'done' });
  t.deepEqual(world.told(), ['task-waiting.v1']);
  world.time.advance(5_000);
  t.is(await executor.wakeParkedTasks(), 1);
  t.deepEqual(
    world.effects.map((name) => name.split('-').at(-1)),
    ['first', 'second', 'third'],
  );
  t.deepEqual(world.points, [
    { kind: 'step', step: 'second', state: { from: 'first' } },
    { kind: 'step', step: 'third', state: { seen: true } },
  ] as never);
  t.deepEqual(world.told(), ['task-waiting.v1', 'task-succeeded.v1']);
  t.like(dataOf(world.ledger.events.at(-1)), { outputs: { id: 'db-1' } });
});

test('a failure of a later step says what stands of the earlier ones', async (t) => {
  const world = steppedWorld({ effect: fail('second') });
  const command = commandOf();
  await world.startProcess().executeTask(command);
  const { failure: told } = dataOf(world.ledger.events.at(-1)) as { failure: { evidence: object } };
  t.like(told, {
    code: 'HTTP_422',
    evidence: { doneBefore: [{ step: 'first', externalRef: 'F-1', attempt: `pao-${command.taskId}-g1-first` }] },
  });
});

test('an action type that can not go on as it says fails, and its steps are not repeated', async (t) => {
  for (const step of ['first', 'refused', 'Not A Name', 'second']) {
    const world = steppedWorld({ look: () => ({ kind: 'step', step, state: {} }) });
    const executor = world.startProcess();
    await executor.executeTask(commandOf());
    world.time.advance(5_000);
    await executor.wakeParkedTasks();
    t.like(dataOf(world.ledger.events.at(-1)), { failure: { code: 'ACTION_TYPE_BROKEN' } }, step);
    t.is(world.effects.length, 2);
  }
});

test('the next generation goes on behind what is done only where the action type says so', async (t) => {
  for (const continues of [true, false]) {
    let broken = true;
    const world = steppedWorld({
      continues,
      effect: (step) => (step === 'second' && broken ? { kind: 'definite-failure', failure } : undefined),
    });
    const executor = world.startProcess();
    const command = commandOf();
    await executor.executeTask(command);
    broken = false;
    const second = { ...command, generation: 2 };
    await executor.executeTask(second);
    await executor.executeTask(second);
    const expected = continues
      ? ['g1-first', 'g1-second', 'g2-second']
      : ['g1-first', 'g1-second', 'g2-first', 'g2-second'];
    t.deepEqual(
      world.effects.map((name) => name.split('-').slice(-2).join('-')),
      expected,
    );
    t.deepEqual(world.told(), ['task-failed.v1', 'task-waiting.v1']);
    t.is(linesOf(world.ledger.events).includes('goes on behind first, which generation 1 has done'), continues);
  }
});

test('the next generation of what failed while it waited waits again', async (t) => {
  const world = steppedWorld({
    continues: true,
    look: (_context, looks) =>
      looks === 1 ? { kind: 'definite-failure', failure } : { kind: 'step', step: 'third', state: {} },
  });
  const executor = world.startProcess();
  const command = commandOf();
  await executor.executeTask(command);
  world.time.advance(5_000);
  await executor.wakeParkedTasks();
  const second = { ...command, generation: 2 };
  await executor.executeTask(second);
  await executor.executeTask(second);
  world.time.advance(5_000);
  await executor.wakeParkedTasks();
  t.deepEqual(world.told(), ['task-waiting.v1', 'task-failed.v1', 'task-waiting.v1', 'task-succeeded.v1']);
  t.is(world.effects.length, 3);
  t.true(world.effects.at(-1)?.endsWith('g2-third'));
});
