import { TransientError } from '@pao/kernel';
import test from 'ava';
import { commandOf, dataOf } from '../../testing/commands.ts';
import { type SteppedScript, steppedWorld } from '../../testing/stepped-world.ts';
import type { Park } from '../domain/verdict.ts';

const awaited = { what: 'the run', url: 'https://target.test/run', atMostMs: 600_000, state: { run: 1 } } as const;
const running: Park = { kind: 'check', afterMs: 5_000, ...awaited };
const callback: Partial<Park> = { kind: 'callback' };
const reply = (digest = 'd') => ({ answer: { kind: 'callback', body: { n: digest } }, digest }) as const;

/** A task that is parked, and a way to let its time come. */
const parked = async (script: SteppedScript) => {
  const world = steppedWorld(script);
  const command = commandOf();
  const executor = world.startProcess();
  await executor.executeTask(command);
  const wakeAfter = (ms: number): Promise<number> => {
    world.time.advance(ms);
    return executor.wakeParkedTasks();
  };
  return { ...world, world, command, executor, wakeAfter };
};

test('a parked task tells what it waits for, and until when', async (t) => {
  const { ledger, command } = await parked({});
  t.like(dataOf(ledger.events.at(-1)), {
    taskId: command.taskId,
    waitingFor: { kind: 'check', what: 'the run', url: awaited.url, until: new Date(600_000).toISOString() },
  });
});

test('while nothing has changed nobody is told, and what is logged is bounded', async (t) => {
  const { ledger, wakeAfter, looks } = await parked({ look: () => running });
  for (let n = 0; n < 100; n += 1) t.is(await wakeAfter(5_000), 1);
  t.is(looks(), 100);
  const types = ledger.events.map(({ type }) => type);
  t.is(types.filter((type) => type === 'task-waiting.v1').length, 1);
  t.is(types.filter((type) => type === 'task-progressed.v1').length, 10);
});

test('until the time has come the store is not even asked', async (t) => {
  const { executor, time, ledger } = await parked({ look: () => running });
  let asked = 0;
  const { claimDue } = ledger.parked;
  Object.assign(ledger.parked, { claimDue: (...args: Parameters<typeof claimDue>) => (asked++, claimDue(...args)) });
  await executor.wakeParkedTasks();
  const before = asked;
  for (let n = 0; n < 4; n += 1) {
    time.advance(1_000);
    await executor.wakeParkedTasks();
  }
  t.is(asked, before);
});

test('a wait that becomes another one is told anew', async (t) => {
  const next: Park = { kind: 'callback', ...awaited, what: 'the word of a machine' };
  const { told, ledger, wakeAfter } = await parked({ look: () => next });
  await wakeAfter(5_000);
  t.deepEqual(told(), ['task-waiting.v1', 'task-waiting.v1']);
  const [first, second] = ledger.events.filter(({ type }) => type === 'task-waiting.v1');
  t.not(first?.dedupId, second?.dedupId);
  t.like(dataOf(second), { waitingFor: { kind: 'callback', what: 'the word of a machine' } });
});

test('a look that throws is repeated with growing pauses, and the task is not lost', async (t) => {
  const { wakeAfter, looks, troubles, told } = await parked({
    look: (_context, n) => {
      if (n < 4) throw new TransientError('away');
      return { kind: 'step', step: 'third', state: {} };
    },
  });
  await wakeAfter(5_000);
  for (const pause of [2_000, 4_000, 8_000]) {
    t.is(await wakeAfter(pause - 1), 0);
    t.is(await wakeAfter(1), 1);
  }
  t.is(looks(), 4);
  t.is(troubles.length, 3);
  t.deepEqual(told(), ['task-waiting.v1', 'task-succeeded.v1']);
});

test('what never comes ends as an outcome that nobody knows, and says what was waited for', async (t) => {
  const lates: boolean[] = [];
  const { ledger, wakeAfter } = await parked({
    park: callback,
    look: ({ late }) => {
      lates.push(late);
      return { kind: 'callback', ...awaited };
    },
  });
  t.is(await wakeAfter(599_000), 0);
  t.is(await wakeAfter(1_000), 1);
  t.deepEqual(lates, [true]);
  const { failure } = dataOf(ledger.events.at(-1)) as { failure: { message: string } };
  t.like(failure, {
    code: 'WAIT_TIMED_OUT',
    evidence: { waitedFor: 'the run', doneBefore: [{ step: 'first' }, { step: 'second' }] },
  });
  t.regex(failure.message, /Waited 10 min for the run.*https:\/\/target\.test\/run/);
  t.is(ledger.waiting.size, 0);
});

test('a target that stays away beyond the time of the wait does not hold its task for ever', async (t) => {
  const { told, wakeAfter } = await parked({
    park: callback,
    look: () => {
      throw new Error('away');
    },
  });
  await wakeAfter(600_000);
  for (const pause of [2_000, 4_000, 8_000, 16_000]) await wakeAfter(pause);
  t.deepEqual(told(), ['task-waiting.v1', 'task-stuck.v1']);
});

test('an answer is looked at without waiting, the same one again changes nothing, and no other is taken', async (t) => {
  const answers: unknown[] = [];
  const { executor, command, wakeAfter, told } = await parked({
    park: callback,
    look: ({ answer }) => {
      answers.push(answer);
      return { kind: 'step', step: 'third', state: {} };
    },
  });
  t.deepEqual(await executor.answerTask(command, reply()), { kind: 'done' });
  await executor.answerTask(command, reply());
  await executor.answerTask(command, reply('other'));
  t.is(await wakeAfter(0), 1);
  t.deepEqual(answers, [reply().answer]);
  t.deepEqual(told(), ['task-waiting.v1', 'task-succeeded.v1']);
  t.deepEqual(await executor.answerTask(command, reply('late')), { kind: 'done' });
});

test('an answer that comes while the step before the wait is under way is kept for later', async (t) => {
  const world = steppedWorld({ park: callback });
  const command = commandOf();
  const gate = Promise.withResolvers<void>();
  const executor = world.startProcess(async (work) => {
    const result = await work();
    if (world.effects.length === 2) await gate.promise;
    return result;
  });
  const executing = executor.executeTask(command);
  await new Promise(setImmediate);
  t.like(await world.startProcess().answerTask(command, reply()), { kind: 'later' });
  gate.resolve();
  await executing;
  t.deepEqual(await executor.answerTask(command, reply()), { kind: 'done' });
});

test('a parked task that is cancelled goes on no more, and a look that is under way comes to nothing', async (t) => {
  const world = await parked({
    look: async () => {
      await world.executor.cancelTask({ ...world.command, actionType: 'rest-api' });
      return { kind: 'step', step: 'third', state: {} };
    },
  });
  t.is(await world.wakeAfter(5_000), 1);
  t.deepEqual(world.told(), ['task-waiting.v1', 'task-cancelled.v1']);
  t.like(dataOf(world.ledger.events.at(-1)), { parked: true });
  await world.executor.executeTask(world.command);
  await world.executor.answerTask(world.command, reply());
  t.is(await world.wakeAfter(600_000), 0);
  t.is(world.effects.length, 2);
  t.is(world.told().at(-1), 'task-cancelled.v1');
});

test('the log of a task that waited is one: no line has the number of another', async (t) => {
  const { ledger, wakeAfter } = await parked({});
  await wakeAfter(5_000);
  const lines = ledger.events.flatMap((event) => {
    const { log, lines: more } = dataOf(event) as { log?: { sequence: number }[]; lines?: { sequence: number }[] };
    return (log ?? more ?? []).map(({ sequence }) => sequence);
  });
  t.true(lines.length > 8);
  t.is(new Set(lines).size, lines.length);
});
