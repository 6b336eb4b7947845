import anyTest, { type TestFn } from 'ava';
import type { Hold } from '../src/core/domain/attempt.ts';
import type { TaskCommand } from '../src/core/domain/task-command.ts';
import { cancelledEvent, endedEvent } from '../src/core/domain/task-events.ts';
import type { Park } from '../src/core/domain/verdict.ts';
import { waitingEvent } from '../src/core/domain/waiting-event.ts';
import type { AttemptLedger } from '../src/core/ports/attempt-ledger.ts';
import type { ParkedTask, ParkedTasks } from '../src/core/ports/parked-tasks.ts';
import type { NewPark, NextAttempt, StepLedger } from '../src/core/ports/step-ledger.ts';
import { commandOf, newId } from '../src/testing/commands.ts';

export interface StepsUnderTest {
  readonly ledger: AttemptLedger;
  readonly steps: StepLedger;
  readonly parked: ParkedTasks;
  /** Types of the events stored for a request, in order. */
  readonly storedEvents: (requestId: string) => Promise<readonly string[]>;
}

const LONG = 60_000;
const OVER = -1;
const END = { outcome: 'ok', evidence: { status: 201 }, externalRef: 'THING-1', tries: 1 } as const;
const DONE = [{ step: 'call', attempt: 'a', evidence: { b: 2, a: 1 } }];

export const nextOf = (command: TaskCommand, step = 'second', by = 1, leaseMs = LONG): NextAttempt => {
  const state = { zeta: 1, alpha: ['x'] };
  const point = { state, done: DONE, by };
  return { command, next: { kind: 'step', step, state }, point, leaseMs, fence: 1 };
};

export const parkOf = (command: TaskCommand, wakeInMs = 0, awaited: Partial<Park> = {}): NewPark => {
  const park = { kind: 'callback', what: 'a call', atMostMs: LONG, state: { n: 1 }, ...awaited } as Park;
  const [at, until] = [new Date(), new Date(Date.now() + LONG)];
  const event = waitingEvent(command, park, { id: newId(), startedAt: at, at, until });
  return { command, park, done: DONE, startedAt: at, until, wakeInMs, sequence: 4, event };
};

const endOf = (command: TaskCommand) => {
  const at = new Date();
  const ending = { kind: 'ok', result: {}, offered: {}, evidence: {} } as const;
  return endedEvent(command, ending, {}, { id: newId(), startedAt: at, at });
};

const reply = (digest = 'd') => ({ answer: { kind: 'callback', body: { ok: true } }, digest }) as const;

const cancellationOf = (command: TaskCommand) => {
  const cancellation = { ...command, actionType: command.action.type };
  const event = cancelledEvent(cancellation, { id: newId(), at: new Date() }, 'parked');
  return { cancellation, step: 'call', event };
};

/** What every ledger promises of steps and parks; run by each adapter's own test file. */
export const stepLedgerContract = (create: () => Promise<StepsUnderTest>): void => {
  const test = anyTest as TestFn<StepsUnderTest>;
  test.before(async (t) => {
    t.context = await create();
  });

  const start = async ({ ledger }: StepsUnderTest, command: TaskCommand, leaseMs = LONG): Promise<Hold> => {
    const answer = await ledger.start({ command, step: 'call', leaseMs });
    if (answer.kind !== 'started') throw new Error(`not started: ${answer.kind}`);
    return answer.hold;
  };
  const again = ({ ledger }: StepsUnderTest, command: TaskCommand) =>
    ledger.start({ command, step: 'call', leaseMs: LONG });
  const parkedTask = async (under: StepsUnderTest, command: TaskCommand, wakeInMs = 0): Promise<void> => {
    await under.steps.park(await start(under, command), END, parkOf(command, wakeInMs));
  };
  /** Others of this file may be due as well. */
  const claim = async ({ parked }: StepsUnderTest, command: TaskCommand): Promise<ParkedTask | undefined> =>
    (await parked.claimDue(1_000, 0)).find(({ key }) => key.taskId === command.taskId);
  const claimed = async (under: StepsUnderTest, command: TaskCommand): Promise<ParkedTask> => {
    const task = await claim(under, command);
    if (task === undefined) throw new Error('not due');
    return task;
  };

  test.serial('a step ends and the next one runs, in one write that tells nobody', async (t) => {
    const command = commandOf();
    const hold = await start(t.context, command);
    const next = await t.context.steps.advance(hold, END, nextOf(command));
    t.like(next, { key: { taskId: command.taskId, generation: 1, step: 'second' }, fence: 1 });
    t.is((await again(t.context, command)).kind, 'running');
    t.deepEqual(await t.context.storedEvents(command.requestId), []);
    t.is(await t.context.ledger.cancel(cancellationOf(command)), 'begun');
  });

  test.serial('the write that was repeated since its answer was lost gives the same hold', async (t) => {
    const command = commandOf();
    const hold = await start(t.context, command);
    const first = await t.context.steps.advance(hold, END, nextOf(command));
    t.deepEqual(await t.context.steps.advance(hold, END, nextOf(command)), first);
    t.is(await t.context.steps.advance(hold, END, nextOf(command, 'second', 9)), 'late');
  });

  test.serial('a later step in doubt comes with its state and what was done before, as they were given', async (t) => {
    const command = commandOf();
    const next = nextOf(command, 'second', 1, OVER);
    await t.context.steps.advance(await start(t.context, command), END, next);
    const answer = await again(t.context, command);
    t.is(answer.kind, 'in-doubt');
    if (answer.kind !== 'in-doubt') return;
    t.is(answer.attempt.key.step, 'second');
    t.is(JSON.stringify(answer.attempt.point), JSON.stringify(next.point));
    t.deepEqual(answer.attempt.command, command);
  });

  test.serial('who lost the hold begins no step and parks nothing', async (t) => {
    const [one, other] = [commandOf(), commandOf()];
    for (const command of [one, other]) {
      const lost = await start(t.context, command, OVER);
      await t.context.ledger.takeOver(lost, LONG);
      const write =
        command === one
          ? t.context.steps.advance(lost, END, nextOf(command))
          : t.context.steps.park(lost, END, parkOf(command));
      t.is(await write, 'late');
      t.is(await claim(t.context, command), undefined);
      t.deepEqual(await t.context.storedEvents(command.requestId), []);
    }
  });

  test.serial('a parked task is told of, again to who sends the command, and nothing of it runs', async (t) => {
    const command = commandOf();
    const hold = await start(t.context, command);
    const park = parkOf(command, LONG);
    t.is(await t.context.steps.park(hold, END, park), 'recorded');
    t.is(await t.context.steps.park(hold, END, park), 'recorded');
    t.deepEqual(await again(t.context, command), { kind: 'ended' });
    t.deepEqual(await t.context.storedEvents(command.requestId), ['task-waiting.v1', 'task-waiting.v1']);
    t.is(await claim(t.context, command), undefined);
  });

  test.serial('of those who look, the last one settles; what older ones found is not stored', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    const [first, second] = [await claimed(t.context, command), await claimed(t.context, command)];
    t.like(second, {
      park: { kind: 'callback', state: { n: 1 } },
      done: DONE,
      sequence: 4,
      looks: 0,
      superseded: false,
    });
    const { parked } = t.context;
    t.is(await parked.settle(first, { kind: 'ended', event: endOf(command) }), 'lost');
    t.is(await parked.goOn(first, nextOf(command)), 'lost');
    t.is(await parked.settle(second, { kind: 'ended', event: endOf(command) }), 'recorded');
    t.deepEqual(await t.context.storedEvents(command.requestId), ['task-waiting.v1', 'task-succeeded.v1']);
    // Whoever sends the command again hears of the end, not of the wait.
    t.deepEqual(await again(t.context, command), { kind: 'ended' });
    t.is((await t.context.storedEvents(command.requestId)).at(-1), 'task-succeeded.v1');
  });

  test.serial('a claim under lease is nobody else’s', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    const mine = await t.context.parked.claimDue(1_000, LONG);
    t.true(mine.some(({ key }) => key.taskId === command.taskId));
    t.is(await claim(t.context, command), undefined);
  });

  test.serial('a look that fails is repeated later, with its answer', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command, LONG);
    await t.context.parked.answer(command, reply());
    await t.context.parked.settle(await claimed(t.context, command), { kind: 'later', afterMs: 0 });
    t.like(await claimed(t.context, command), { looks: 1, failures: 1, answer: reply().answer, answered: 'd' });
  });

  test.serial('a wait that changes is told, one that goes on is not, and an answer is used up', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command, LONG);
    await t.context.parked.answer(command, reply());
    const { event, ...park } = parkOf(command, 0, { kind: 'check', afterMs: 1_000, state: { n: 2 } });
    const { parked } = t.context;
    await parked.settle(await claimed(t.context, command), { kind: 'parked', park, event });
    const now = await claimed(t.context, command);
    t.like(now, { park: { kind: 'check', state: { n: 2 } }, answer: undefined, answered: 'd', looks: 1 });
    await parked.settle(now, { kind: 'parked', park });
    t.deepEqual(await t.context.storedEvents(command.requestId), ['task-waiting.v1', 'task-waiting.v1']);
    t.is(await parked.answer(command, reply()), 'known');
    t.is(await parked.answer(command, reply('other')), 'not-waiting');
  });

  test.serial('an answer wakes its task at once, takes it from who is looking, and comes once', async (t) => {
    const command = commandOf();
    const { parked } = t.context;
    t.is(await parked.answer(command, reply()), 'not-waiting');
    const hold = await start(t.context, command);
    t.is(await parked.answer(command, reply()), 'early');
    await t.context.steps.park(hold, END, parkOf(command));
    const looking = await claimed(t.context, command);
    t.is(await parked.answer({ ...command, generation: 2 }, reply()), 'not-waiting');
    t.is(await parked.answer(command, reply()), 'stored');
    t.is(await parked.answer(command, reply()), 'known');
    t.is(await parked.answer(command, reply('second')), 'not-waiting');
    t.is(await parked.settle(looking, { kind: 'later', afterMs: LONG }), 'lost');
    t.deepEqual((await claimed(t.context, command)).answer, reply().answer);
  });

  test.serial('a step behind a wait begins once, whoever repeats it, and knows its answer again', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    const task = await claimed(t.context, command);
    const plain = nextOf(command, 'third', task.fence);
    const next = { ...plain, point: { ...plain.point, answered: 'd' } };
    const hold = await t.context.parked.goOn(task, next);
    t.like(hold, { key: { step: 'third' } });
    t.deepEqual(await t.context.parked.goOn(task, next), hold);
    t.is(await t.context.parked.goOn(task, { ...next, point: { ...next.point, by: 99 } }), 'lost');
    t.is((await again(t.context, command)).kind, 'running');
    t.is(await t.context.parked.answer(command, reply()), 'known');
    t.is(await t.context.parked.answer(command, reply('new')), 'early');
  });

  test.serial('a parked task that is cancelled does not go on, and says so to who asks again', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    const looking = await claimed(t.context, command);
    const { ledger, parked } = t.context;
    const { cancellation, event } = cancellationOf(command);
    t.true(await parked.cancel(cancellation, event));
    t.is(await parked.goOn(looking, nextOf(command)), 'lost');
    t.is(await parked.settle(looking, { kind: 'ended', event: endOf(command) }), 'lost');
    t.false(await parked.cancel(cancellation, event));
    t.is(await ledger.cancel(cancellationOf(command)), 'begun');
    t.deepEqual(await t.context.storedEvents(command.requestId), [
      'task-waiting.v1',
      'task-cancelled.v1',
      'task-cancelled.v1',
    ]);
  });

  test.serial('a task whose next generation has begun goes on no more', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    await start(t.context, { ...command, generation: 2 });
    const task = await claimed(t.context, command);
    t.true(task.superseded);
    t.is(await t.context.parked.goOn(task, nextOf(command)), 'lost');
  });

  test.serial('the next generation goes on behind what is done, once, and competes with a cancellation', async (t) => {
    const { steps, ledger } = t.context;
    const command = commandOf();
    t.is(await steps.lastDone({ ...command, generation: 2 }), undefined);
    const next = await steps.advance(await start(t.context, command), END, nextOf(command));
    if (next === 'late') return t.fail();
    await ledger.finish(next, { ...END, outcome: 'unknown' }, endOf(command));
    const second = { ...command, generation: 2 };
    const before = await steps.lastDone(second);
    t.like(before, { generation: 1, step: 'call', next: nextOf(command).next, done: DONE });
    if (before === undefined) return;
    const attempt = { command: second, step: 'call', leaseMs: LONG };
    const on = { kind: 'step', attempt: nextOf(second, 'second', 0) } as const;
    t.like(await steps.carryOn(attempt, before, on), {
      kind: 'started',
      hold: { key: { step: 'second', generation: 2 } },
    });
    t.is((await steps.carryOn(attempt, before, on)).kind, 'running');
    t.is(await ledger.cancel(cancellationOf(second)), 'begun');
    const third = { ...command, generation: 3 };
    t.like(await steps.lastDone(third), { generation: 2, step: 'call', next: nextOf(command).next });
    t.is(await ledger.cancel(cancellationOf(third)), 'cancelled');
    t.is((await steps.carryOn({ ...attempt, command: third }, before, on)).kind, 'ended');
  });

  test.serial('the next generation waits again for what an earlier one waited for', async (t) => {
    const command = commandOf();
    await parkedTask(t.context, command);
    const { parked, steps } = t.context;
    await parked.settle(await claimed(t.context, command), { kind: 'ended', event: endOf(command) });
    const second = { ...command, generation: 2 };
    const before = await steps.lastDone(second);
    t.like(before, { next: { kind: 'callback' } });
    if (before === undefined) return;
    const attempt = { command: second, step: 'call', leaseMs: LONG };
    const on = { kind: 'park', park: parkOf(second) } as const;
    t.deepEqual(await steps.carryOn(attempt, before, on), { kind: 'ended' });
    t.like(await claimed(t.context, second), { key: { generation: 2, step: 'call' }, done: DONE });
  });
};
