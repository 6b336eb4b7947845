import test from 'ava';
import { commandOf } from '../../testing/commands.ts';
import { type SteppedWorld, steppedWorld } from '../../testing/stepped-world.ts';
import type { TaskCommand } from '../domain/task-command.ts';

const STEPS = ['first', 'second', 'third'];
const ENDS = new Set(['task-succeeded.v1', 'task-stuck.v1', 'task-failed.v1']);
const reply = { answer: { kind: 'callback', body: { ok: true } }, digest: 'd' } as const;

/** Lets every promise settle that can. */
const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
};

type Where = 'before' | 'after';

/** A process that stops for good at what it awaits as number `at`: before that has happened, or before it hears of it. */
const dyingAt = (at: number, where: Where) => {
  let awaited = 0;
  let dead = false;
  const never = <T>(): Promise<T> => new Promise(() => {});
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    awaited += 1;
    if (awaited === at && where === 'before') dead = true;
    if (dead) return never();
    const result = await work();
    if (awaited >= at) dead = true;
    return dead ? never() : result;
  };
  return { guard, awaited: () => awaited };
};

/** Everything that may come: the command again, the sweep, the polls, the answer again; time passes between. */
const nudge = async (world: SteppedWorld, executor: ReturnType<SteppedWorld['startProcess']>, command: TaskCommand) => {
  void executor.executeTask(command);
  await settled();
  void executor.settleAbandonedAttempts();
  await settled();
  void executor.answerTask(command, reply);
  await settled();
  world.time.advance(5_000);
  void executor.wakeParkedTasks();
  await settled();
};

const runWithCrash = async (kind: 'check' | 'callback', at: number, where: Where) => {
  const world = steppedWorld({ park: { kind } });
  const command = commandOf({ action: { outputs: { id: 'id' } } });
  const dying = dyingAt(at, where);
  const first = world.startProcess(dying.guard);
  for (let rounds = 0; rounds < 3; rounds += 1) await nudge(world, first, command);
  world.time.advance(120_000);
  const second = world.startProcess();
  for (let rounds = 0; rounds < 6; rounds += 1) {
    await nudge(world, second, command);
    world.time.advance(60_000);
  }
  return { world, command, awaited: dying.awaited() };
};

for (const kind of ['check', 'callback'] as const)
  for (const where of ['before', 'after'] as const)
    test(`three steps and a ${kind}: whatever is awaited, a stop ${where} it repeats no effect and loses no task`, async (t) => {
      const { awaited } = await runWithCrash(kind, Number.POSITIVE_INFINITY, where);
      t.true(awaited > 10);
      let successes = 0;
      for (let at = 1; at <= awaited; at += 1) {
        const { world, command } = await runWithCrash(kind, at, where);
        const label = `stop at ${at}: ${world.told().join(', ')}; ${world.effects.join(', ')}`;
        const ends = world.told().filter((type) => ENDS.has(type));
        t.is(ends.length, 1, label);
        t.is(world.ledger.waiting.size, 0, label);
        t.is(new Set(world.effects).size, world.effects.length, label);
        const names = STEPS.map((step) => `pao-${command.taskId}-g1-${step}`);
        t.deepEqual(world.effects, names.slice(0, world.effects.length), label);
        t.not(ends[0], 'task-failed.v1', label);
        if (ends[0] !== 'task-succeeded.v1') continue;
        successes += 1;
        t.is(world.effects.length, STEPS.length, label);
      }
      // Only a stop between START and the effect leaves a doubt; a later step is prepared in between, too.
      t.is(successes, awaited - 5);
    });
