import type { TestFn } from 'ava';
import type { Hold } from '../src/core/domain/attempt.ts';
import type { TaskCommand } from '../src/core/domain/task-command.ts';
import { startedEvent } from '../src/core/domain/task-events.ts';
import type { AttemptLedger } from '../src/core/ports/attempt-ledger.ts';
import { commandOf, newId } from '../src/testing/commands.ts';
import { cancellationOf, type LedgerUnderTest, LONG, OVER, refusalOf, started, successOf } from './given.ts';

/** The next task of an order, which tells what was completed before it. */
export const nextAfter = (command: TaskCommand): TaskCommand => {
  const at = new Date().toISOString();
  const { taskId, generation, completedBefore = [] } = command;
  const completed = { taskId, generation, outputs: { id: 'db-1' }, startedAt: at, finishedAt: at };
  return commandOf({ requestId: command.requestId, completedBefore: [...completedBefore, completed] });
};

/** What is to be followed, and by what. */
interface Pair {
  readonly first: TaskCommand;
  readonly hold: Hold;
  readonly next: TaskCommand;
}

export const pairOf = async (ledger: AttemptLedger): Promise<Pair> => {
  const first = commandOf();
  return { first, hold: await started(ledger, first), next: nextAfter(first) };
};

/** As the executor does it: what can't be followed is recorded by itself. */
export const follow = async (ledger: AttemptLedger, { first, hold, next }: Pair, leaseMs = LONG) => {
  const { end, event } = successOf(first);
  const completed = next.completedBefore?.at(-1);
  if (completed === undefined) throw new Error('nothing is completed');
  const held = await ledger.follow(hold, end, completed, { command: next, step: 'call', leaseMs });
  const answer = held ? { kind: 'followed' as const, hold: held } : { kind: await ledger.finish(hold, end, event) };
  return { answer, event };
};

/** The hold of what was begun. */
const followed = async (ledger: AttemptLedger, pair: Pair, leaseMs = LONG): Promise<Hold> => {
  const { answer } = await follow(ledger, pair, leaseMs);
  if (answer.kind !== 'followed') throw new Error(`not followed: ${answer.kind}`);
  return answer.hold;
};

const startOf = (command: TaskCommand) => ({ command, step: 'call', leaseMs: LONG });

/** What every ledger promises of tasks that begin with the end of another. */
export const followContract = (test: TestFn<LedgerUnderTest>): void => {
  test('the end of one task and the start of the next are recorded together, and nobody is told until something is of the next', async (t) => {
    const { ledger, storedEvents, storedMessages } = t.context;
    const pair = await pairOf(ledger);
    const { first, next } = pair;
    const hold = await followed(ledger, pair);
    t.deepEqual(hold.key, { taskId: next.taskId, generation: 1, step: 'call' });
    t.is(hold.leaseMs, LONG);
    t.true(hold.startedAt >= pair.hold.startedAt);
    t.deepEqual(await storedEvents(first.requestId), []);
    t.is((await ledger.start(startOf(next))).kind, 'running');
    await ledger.announce(pair.hold, startedEvent(first, { id: newId(), startedAt: hold.startedAt, at: new Date() }));
    t.deepEqual(await storedEvents(first.requestId), []);
    const { end, event } = successOf(next);
    t.is(await ledger.finish(hold, end, event), 'recorded');
    t.deepEqual(
      (await storedMessages(first.requestId)).map(({ id }) => id),
      [event.id],
    );
  });

  const spoilt: readonly (readonly [string, (ledger: AttemptLedger, next: TaskCommand) => Promise<unknown>])[] = [
    ['has begun elsewhere', (ledger, next) => started(ledger, next)],
    ['is in doubt', (ledger, next) => started(ledger, next, OVER)],
    ['was cancelled', (ledger, next) => ledger.cancel(cancellationOf(next))],
    ['was refused', (ledger, next) => ledger.refuse(refusalOf(next))],
    ['has a later generation', (ledger, next) => started(ledger, { ...next, generation: 2 })],
  ];
  for (const [what, spoil] of spoilt) {
    test(`a task whose next one ${what} ends by itself, and its end is told, once and to who asks`, async (t) => {
      const { ledger, storedMessages } = t.context;
      const pair = await pairOf(ledger);
      const { first, next } = pair;
      await spoil(ledger, next);
      const before = (await storedMessages(first.requestId)).length;
      const told = async () => (await storedMessages(first.requestId)).slice(before).map(({ id }) => id);
      const { answer, event } = await follow(ledger, pair);
      t.deepEqual(answer, { kind: 'recorded' });
      t.deepEqual(await told(), [event.id]);
      t.deepEqual((await follow(ledger, pair)).answer, { kind: 'recorded' });
      t.deepEqual(await told(), [event.id]);
      t.deepEqual(await ledger.start(startOf(first)), { kind: 'ended' });
      t.deepEqual(await told(), [event.id, event.id]);
    });
  }

  test('a task whose hold was lost is not followed: its result is kept as evidence, and the next may begin elsewhere', async (t) => {
    const { ledger, storedEvents, lateResult } = t.context;
    const first = commandOf();
    const hold = await started(ledger, first, OVER);
    const next = nextAfter(first);
    const taken = await ledger.takeOver(hold, LONG);
    t.deepEqual((await follow(ledger, { first, hold, next })).answer, { kind: 'late' });
    t.like(await lateResult(first), { outcome: 'ok', externalRef: 'THING-1' });
    t.deepEqual(await storedEvents(first.requestId), []);
    t.is((await ledger.start(startOf(first))).kind, 'running');
    t.is((await ledger.start(startOf(next))).kind, 'started');
    const { end, event } = successOf(first);
    t.is(taken && (await ledger.finish(taken, end, event)), 'recorded');
  });

  test('who did not hear the answer and asks again gets the same hold of the next task', async (t) => {
    const { ledger, storedEvents } = t.context;
    const pair = await pairOf(ledger);
    const hold = await followed(ledger, pair);
    t.deepEqual(await followed(ledger, pair), hold);
    const { end, event } = successOf(pair.next);
    t.is(await ledger.finish(hold, end, event), 'recorded');
    t.deepEqual(await storedEvents(pair.first.requestId), ['task-succeeded.v1']);
  });

  test('who asks again after the next task was taken over, or has ended, gets no hold of it', async (t) => {
    const { ledger, storedEvents } = t.context;
    const [lost, done] = [await pairOf(ledger), await pairOf(ledger)];
    const taken = await ledger.takeOver(await followed(ledger, lost, OVER), LONG);
    t.truthy(taken);
    const { end, event } = successOf(done.next);
    t.is(await ledger.finish(await followed(ledger, done), end, event), 'recorded');
    for (const pair of [lost, done]) t.deepEqual((await follow(ledger, pair)).answer, { kind: 'recorded' });
    t.deepEqual(await storedEvents(lost.first.requestId), []);
    t.deepEqual(await storedEvents(done.first.requestId), ['task-succeeded.v1']);
  });

  test('whoever comes for the first task while the next is under way waits for the next', async (t) => {
    const { ledger, storedEvents } = t.context;
    const pair = await pairOf(ledger);
    await followed(ledger, pair, LONG / 4);
    for (const answer of [await ledger.start(startOf(pair.first)), await ledger.refuse(refusalOf(pair.first))]) {
      if (answer.kind !== 'running') return t.fail(answer.kind);
      t.true(answer.leaseLeftMs > 0 && answer.leaseLeftMs <= LONG / 4);
    }
    t.is(await ledger.cancel(cancellationOf(pair.first)), 'begun');
    t.deepEqual(await storedEvents(pair.first.requestId), []);
  });

  test('a next task whose lease is over is in doubt, whichever of the two is asked for, and knows what was completed before it', async (t) => {
    const { ledger } = t.context;
    const pair = await pairOf(ledger);
    await followed(ledger, pair, OVER);
    for (const command of [pair.first, pair.next]) {
      const answer = await ledger.start(startOf(command));
      if (answer.kind !== 'in-doubt') return t.fail(answer.kind);
      t.deepEqual(answer.attempt.key, { taskId: pair.next.taskId, generation: 1, step: 'call' });
      t.deepEqual(answer.attempt.command, pair.next);
    }
    const listed = new Set((await ledger.listInDoubt(1_000)).map(({ key }) => key.taskId));
    t.true(listed.has(pair.next.taskId));
    t.false(listed.has(pair.first.taskId));
  });

  test('once the next task has ended, its end is told again to who comes for the first one or would cancel it', async (t) => {
    const { ledger, storedMessages } = t.context;
    const pair = await pairOf(ledger);
    const hold = await followed(ledger, pair);
    const { end, event } = successOf(pair.next);
    await ledger.finish(hold, end, event);
    t.deepEqual(await ledger.start(startOf(pair.first)), { kind: 'ended' });
    t.is(await ledger.cancel(cancellationOf(pair.first)), 'begun');
    t.deepEqual(await ledger.refuse(refusalOf(pair.first)), { kind: 'ended' });
    const told = await storedMessages(pair.first.requestId);
    t.deepEqual(
      told.map(({ id, body }) => ({ id, body })),
      Array.from({ length: 4 }, () => ({ id: event.id, body: event.body })),
    );
    t.is(new Set(told.map(({ dedupId }) => dedupId)).size, 4);
  });

  test('of three in a row the last one stands for all', async (t) => {
    const { ledger, storedMessages } = t.context;
    const pair = await pairOf(ledger);
    const second = { first: pair.next, hold: await followed(ledger, pair), next: nextAfter(pair.next) };
    const hold = await followed(ledger, second, LONG / 4);
    const all = [pair.first, pair.next, second.next];
    for (const command of all) {
      const answer = await ledger.start(startOf(command));
      t.true(answer.kind === 'running' && answer.leaseLeftMs <= LONG / 4);
    }
    const { end, event } = successOf(second.next);
    t.is(await ledger.finish(hold, end, event), 'recorded');
    for (const command of all) {
      t.deepEqual(await ledger.start(startOf(command)), { kind: 'ended' });
      t.is(await ledger.cancel(cancellationOf(command)), 'begun');
    }
    const told = await storedMessages(pair.first.requestId);
    t.deepEqual(
      told.map(({ id }) => id),
      Array.from({ length: 7 }, () => event.id),
    );
  });

  test('a next task that a person had repeated is over for who comes for the first one, and so is the first', async (t) => {
    const { ledger, storedMessages } = t.context;
    const pair = await pairOf(ledger);
    const hold = await followed(ledger, pair);
    const { end, event } = successOf(pair.next);
    await ledger.finish(hold, end, event);
    await started(ledger, { ...pair.next, generation: 2 });
    t.deepEqual(await ledger.start(startOf(pair.first)), { kind: 'superseded' });
    t.is(await ledger.cancel(cancellationOf(pair.first)), 'begun');
    t.deepEqual(
      (await storedMessages(pair.first.requestId)).map(({ id }) => id),
      [event.id, event.id],
    );
    t.is((await ledger.start(startOf({ ...pair.first, generation: 2 }))).kind, 'started');
  });

  test('a task begins once, whether behind another or by itself, and never once it was cancelled', async (t) => {
    const { ledger } = t.context;
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const pair = await pairOf(ledger);
        const [{ answer }, other] = await Promise.all([
          follow(ledger, pair),
          n % 2 === 0
            ? ledger.start(startOf(pair.next)).then(({ kind }) => kind)
            : ledger.cancel(cancellationOf(pair.next)),
        ]);
        return [answer.kind, other].join(' ');
      }),
    );
    const once = new Set(['followed running', 'recorded started', 'followed begun', 'recorded cancelled']);
    t.deepEqual(
      outcomes.filter((outcome) => !once.has(outcome)),
      [],
    );
  });

  test('two tasks that end at once are not both followed by the same one', async (t) => {
    const { ledger } = t.context;
    const races = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const [one, other] = [await pairOf(ledger), await pairOf(ledger)];
        return [one, { ...other, next: one.next }];
      }),
    );
    // Not in the order of their ids, which is the one in which a database would have to leave them as they came.
    const answers = await Promise.all(
      races.toReversed().map((race) => Promise.all(race.map((pair) => follow(ledger, pair)))),
    );
    for (const ends of answers) t.deepEqual(ends.map(({ answer }) => answer.kind).toSorted(), ['followed', 'recorded']);
  });
};
