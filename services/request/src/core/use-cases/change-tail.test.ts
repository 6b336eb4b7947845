import test from 'ava';
import type { ChangeQuery, LoggedChange } from '../ports/change-log.ts';
import { ChangeTail, type ToldChange } from './change-tail.ts';
import { createWaitingEvents } from './waiting-events.ts';

const change = (sequence: number): LoggedChange =>
  ({ requestId: 'r', writtenBy: String(sequence), sequence, name: `change ${sequence}` }) as unknown as LoggedChange;

/** A log whose moments are the numbers of changes there are. */
const world = () => {
  const changes: LoggedChange[] = [];
  const queries: ChangeQuery[] = [];
  const timers: (() => void)[] = [];
  let failing = false;
  const troubles: unknown[] = [];
  const tail = new ChangeTail({
    log: {
      now: async () => String(changes.length),
      read: async (query) => {
        queries.push(query);
        if (failing) throw new Error('away');
        return {
          until: String(changes.length),
          changes: changes.slice(Number(query.since), query.limit + Number(query.since)),
        };
      },
    },
    after: (_ms, work) => void timers.push(work),
    elapsed: () => 0,
    troubled: (reason) => troubles.push(reason),
  });
  return {
    tail,
    queries,
    troubles,
    fail: (fails: boolean) => {
      failing = fails;
    },
    commit: (count: number) => {
      for (let n = 0; n < count; n += 1) changes.push(change(changes.length + 1));
      tail.kick();
    },
    /** Runs what was planned, until nothing is. */
    pass: async () => {
      for (let timer = timers.shift(); timer; timer = timers.shift()) {
        timer();
        await new Promise(setImmediate);
      }
    },
  };
};

const listening = () => {
  const heard: ToldChange[] = [];
  let lost = 0;
  return {
    heard,
    lost: () => lost,
    listener: { told: (told: readonly ToldChange[]) => void heard.push(...told), lost: () => void (lost += 1) },
  };
};

test('commits of the same moment are read once, for however many listen', async (t) => {
  const { tail, queries, commit, pass } = world();
  const listeners = Array.from({ length: 100 }, listening);
  for (const { listener } of listeners) await tail.subscribe(listener);
  for (let n = 0; n < 10; n += 1) commit(1);
  await pass();
  t.is(queries.length, 1);
  for (const { heard } of listeners) t.is(heard.length, 10);
});

test('nothing is read while nobody listens, and who comes then hears only what is new', async (t) => {
  const { tail, queries, commit, pass } = world();
  const [first, second] = [listening(), listening()];
  const subscription = await tail.subscribe(first.listener);
  commit(1);
  await pass();
  subscription.end();
  commit(5);
  await pass();
  t.is(queries.length, 1);
  const { position } = await tail.subscribe(second.listener);
  t.is(position, '6');
  commit(1);
  await pass();
  t.deepEqual(
    second.heard.map(({ change: { sequence } }) => sequence),
    [7],
  );
});

test('what could not be read comes with the next read', async (t) => {
  const { tail, commit, pass, fail, troubles } = world();
  const { listener, heard } = listening();
  await tail.subscribe(listener);
  fail(true);
  commit(2);
  await pass();
  fail(false);
  commit(1);
  await pass();
  t.is(troubles.length, 1);
  t.deepEqual(
    heard.map(({ change: { sequence } }) => sequence),
    [1, 2, 3],
  );
});

test('with more changes than are held for anybody all followers are cut off, to go on from where they stand', async (t) => {
  const { tail, commit, pass } = world();
  const { listener, heard, lost } = listening();
  await tail.subscribe(listener);
  commit(10_001);
  await pass();
  t.deepEqual([heard.length, lost()], [0, 1]);
  commit(1);
  await pass();
  t.is(heard.length, 1);
});

const told = (count: number): ToldChange[] =>
  Array.from({ length: count }, (_, n) => ({ position: { since: String(n) }, change: change(n) }));

test('a follower that does not read is cut off at a thousand events, and no sooner', async (t) => {
  const events = createWaitingEvents({ isWanted: () => true, elapsed: () => 0 });
  let closed = 0;
  events.onClose(() => void (closed += 1));
  events.told(told(1_000), '1000');
  t.is(closed, 0);
  events.told(told(1), '1001');
  t.is(closed, 1);
  t.true((await events.events().next()).done);
});

test('who is told nothing learns from time to time where to go on', async (t) => {
  let now = 0;
  const events = createWaitingEvents({ isWanted: () => false, elapsed: () => now });
  const stream = events.events();
  events.told(told(3), '3');
  now = 15_000;
  events.told(told(3), '6');
  t.deepEqual((await stream.next()).value, { position: { since: '6' } });
  events.close();
  t.true((await stream.next()).done);
});
