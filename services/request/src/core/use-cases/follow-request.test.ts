import test from 'ava';
import { anItem } from '../../../test/documents.ts';
import { commandsIn, completion, createWorld } from '../../../test/memory-world.ts';
import { MemoryChangeFeed } from '../../adapters/memory/change-feed.ts';
import type { Change } from '../domain/audit.ts';
import { followRequest } from './follow-request.ts';

const started = async () => {
  const world = await createWorld(anItem());
  const [requestId = ''] = await world.accepted();
  const [command] = commandsIn(world.takeMessages());
  if (!command) throw new Error('nothing was queued');
  const feed = new MemoryChangeFeed();
  let reads = 0;
  const reader = {
    ...world.reader,
    changesAfter: (id: string, sequence: number) => {
      reads += 1;
      return world.reader.changesAfter(id, sequence);
    },
  };
  const stop = new AbortController();
  const follow = (after = 0, tenantId = 'default') =>
    followRequest({ reader, feed })({ tenantId, requestId, after, signal: stop.signal });
  const finish = () => world.report(requestId, completion(command));
  return { world, requestId, feed, follow, finish, stop, reads: () => reads };
};

const collect = async (changes: AsyncIterable<Change> | undefined): Promise<string[]> => {
  const seen: string[] = [];
  for await (const { sequence, change } of changes ?? []) seen.push(`${sequence} ${change}`);
  return seen;
};

const ALL = [
  '1 request-submitted',
  '2 task-queued',
  '3 task-started',
  '4 request-processing',
  '5 task-completed',
  '6 request-completed',
];

test('a follower gets what was and what comes, and is let go at the end', async (t) => {
  const { world, requestId, feed, follow, finish, reads } = await started();
  const seen = collect(await follow());
  await new Promise(setImmediate);
  await finish();
  feed.announce(requestId, world.commits.at(-1)?.changes ?? []);
  t.deepEqual(await seen, ALL);
  t.is(feed.size, 0);
  // What this process committed itself is not read again.
  t.is(reads(), 1);
});

test('news that leave a gap are read instead', async (t) => {
  const { world, requestId, feed, follow, finish } = await started();
  const seen = collect(await follow());
  await new Promise(setImmediate);
  await finish();
  feed.announce(requestId, world.commits.at(-1)?.changes.slice(2) ?? []);
  t.deepEqual(await seen, ALL);
});

test('what another replica did is found by looking', async (t) => {
  const { world, feed, follow, finish } = await started();
  const seen = collect(await follow());
  await new Promise(setImmediate);
  await finish();
  await feed.look(world.reader);
  t.deepEqual(await seen, ALL);
});

test('who was there before gets only what is new; who has everything of an ended request gets nothing', async (t) => {
  const { follow, finish } = await started();
  await finish();
  t.deepEqual(await collect(await follow(4)), ALL.slice(4));
  t.deepEqual(await collect(await follow(6)), []);
  t.deepEqual(await collect(await follow(900)), []);
});

test('a change between the first look and the subscription is not lost', async (t) => {
  const { world, requestId, feed, follow, finish } = await started();
  const changes = await follow();
  await finish();
  feed.announce(requestId, world.commits.at(-1)?.changes ?? []);
  t.deepEqual(await collect(changes), ALL);
});

test('a follower that goes away leaves nothing behind', async (t) => {
  const { feed, follow, stop } = await started();
  const seen = collect(await follow());
  await new Promise(setImmediate);
  t.is(feed.size, 1);
  stop.abort();
  t.deepEqual(await seen, ALL.slice(0, 2));
  t.is(feed.size, 0);
});

test('another tenant can’t follow', async (t) => {
  const { follow } = await started();
  t.is(await follow(0, 'other'), undefined);
});

test('looking costs nothing while nobody follows, and one query for all who do', async (t) => {
  const { world, follow, feed } = await started();
  let queries = 0;
  const reader = {
    ...world.reader,
    positions: (ids: readonly string[]) => {
      queries += 1;
      return world.reader.positions(ids);
    },
  };
  await feed.look(reader);
  t.is(queries, 0);
  const streams = await Promise.all(Array.from({ length: 20 }, async () => (await follow())?.[Symbol.asyncIterator]()));
  for (const stream of streams) await stream?.next();
  await feed.look(reader);
  t.is(queries, 1);
});
