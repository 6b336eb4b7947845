import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryBus, createTopology, Relay } from '@pao/bus';
import test from 'ava';
import type { EmbeddedPostgres } from '../src/embedded/index.ts';
import {
  createOutboxReader,
  type Database,
  inboxInsert,
  OUTBOX_PARAMETERS,
  openDatabase,
  outboxInsert,
  outboxValues,
  readOutboxLag,
  removeOldInboxRows,
} from '../src/index.ts';
import { bodiesOf, isEmpty, killLeader, message, read, until, write } from './outbox-rows.ts';
import { openMigrated, options, silent, startServer } from './server.ts';

let server: EmbeddedPostgres;

test.before(async () => {
  server = await startServer();
});
test.after.always(() => server.stop());

const AGGREGATES = 'CREATE TABLE aggregate (id text PRIMARY KEY, version int NOT NULL DEFAULT 0)';

test('rows are written with the state they follow from, in order and whole, or not at all', async (t) => {
  const database = await openMigrated(server.url, AGGREGATES);
  await database.query({ text: "INSERT INTO aggregate VALUES ('a')" });
  const text = `WITH updated AS (UPDATE aggregate SET version = version + 1 WHERE id = 'a' AND version = $1 RETURNING 1),
    sent AS (${outboxInsert(2, 'EXISTS (SELECT 1 FROM updated)')})
    SELECT count(*) AS count FROM updated`;
  const messages = [
    { ...message('a', '{"n": 1}'), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    message('a', `{"text": "${'long 🙂 '.repeat(2_000)}"}`),
    message('b', '{}'),
  ];
  t.is(outboxValues(messages).length, OUTBOX_PARAMETERS);
  for (const expected of [1, 0]) {
    const values = [0, ...outboxValues(messages)];
    t.deepEqual(await database.query({ name: 'update', text, values }), [{ count: expected }]);
  }
  const reader = createOutboxReader(database);
  t.true(await reader.lead());
  t.deepEqual(await read(reader), messages);
  await reader.release();
  await database.close();
});

test('an event is new once', async (t) => {
  const database = await openMigrated(server.url);
  const text = `WITH first AS (${inboxInsert(1)}) SELECT EXISTS (SELECT 1 FROM first) AS first`;
  const values = [randomUUID()];
  const take = () => database.query({ name: 'take', text, values });
  const outcomes = await Promise.all([take(), take(), take()]);
  t.is(outcomes.flat().filter((row) => (row as { first: boolean }).first).length, 1);
  t.deepEqual(await take(), [{ first: false }]);
  await database.close();
});

test('what was published is removed with the next read, and lanes can be left out', async (t) => {
  const database = await openMigrated(server.url);
  const messages = ['a1', 'b1', 'a2', 'b2'].map((body) => message(body.slice(0, 1), body));
  await write(database, ...messages);
  const reader = createOutboxReader(database);
  t.true(await reader.lead());
  const [first, second] = await read(reader, [], 2);
  t.deepEqual(bodiesOf(first && second ? [first, second] : []), ['a1', 'b1']);
  t.deepEqual(bodiesOf(await read(reader, first ? [first] : [], 2)), ['b1', 'a2']);
  const lane = { destination: 'queue:tasks-default', groupId: 'b' };
  t.deepEqual(bodiesOf(await reader.next({ published: [], limit: 10, except: [lane] })), ['a2']);
  const elsewhere = { destination: 'topic:task-events', groupId: 'b' };
  const rest = await reader.next({ published: [], limit: 10, except: [elsewhere, { ...lane, groupId: 'c' }] });
  t.deepEqual(bodiesOf(rest), ['b1', 'a2', 'b2']);
  t.deepEqual(await read(reader, rest), []);
  t.is((await readOutboxLag(database)).waiting, 0);
  await reader.release();
  await database.close();
});

/**
 * 16 writers of 250 rows: half lock the aggregate in a transaction with a random delay before its commit, half do it all in one
 * statement. The body is the aggregate's version, so that the order of the commits can be read from it.
 */
const writeLikeServices = async (database: Database, committed: () => void): Promise<number> => {
  const groups = Array.from({ length: 20 }, (_, index) => `g${index}`);
  await database.query({ text: 'INSERT INTO aggregate (id) SELECT unnest($1::text[])', values: [groups] });
  const lock = 'UPDATE aggregate SET version = version + 1 WHERE id = $1 RETURNING version';
  const statement = `WITH updated AS (${lock}), sent AS (
      INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body)
      SELECT $2::text::uuid, 'queue:tasks-default', $1, $2::text, 'execute-task.v1', version FROM updated) SELECT 1`;
  const inTransaction = (group: string) =>
    database.transaction(async (tx) => {
      const [row] = await tx.query<{ version: number }>({ text: lock, values: [group] });
      await tx.query({ text: outboxInsert(1), values: outboxValues([message(group, String(row?.version))]) });
      await sleep(Math.random() * 8);
    });
  const writer = async (index: number): Promise<void> => {
    for (let row = 0; row < 250; row += 1) {
      const group = groups[(row * 7 + index) % groups.length] ?? '';
      if (index % 2 === 0) await inTransaction(group);
      else await database.query({ name: 'write', text: statement, values: [group, randomUUID()] });
      committed();
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, index) => writer(index)));
  return 16 * 250;
};

/** Receives everything from the bus and returns the bodies of each group in the order of arrival. */
const drain = async (bus: ReturnType<typeof createMemoryBus>): Promise<Map<string, number[]>> => {
  const groups = new Map<string, number[]>();
  for (;;) {
    const got = await bus.receive({ queue: 'tasks-default', max: 10, waitSeconds: 0, visibilitySeconds: 60 });
    if (got.length === 0) return groups;
    for (const { groupId, body, receipt } of got) {
      groups.set(groupId, [...(groups.get(groupId) ?? []), Number(body)]);
      await bus.delete('tasks-default', [receipt]);
    }
  }
};

const isComplete = (groups: ReadonlyMap<string, readonly number[]>, rows: number): boolean => {
  const numbered = [...groups.values()].every((bodies) => bodies.every((body, index) => body === index + 1));
  return numbered && [...groups.values()].flat().length === rows;
};

test('of 4,000 rows of 16 writers none is missed and each group keeps the order of its commits', async (t) => {
  const database = await openMigrated(server.url, AGGREGATES);
  const bus = createMemoryBus(createTopology());
  const relay = new Relay({ outbox: createOutboxReader(database), publisher: bus, logger: silent, pollMs: 50 });
  relay.start();
  const rows = await writeLikeServices(database, () => relay.kick());
  await until(isEmpty(database));
  await relay.stop();
  t.true(isComplete(await drain(bus), rows));
  await database.close();
});

const killUntil = async (database: Database, signal: AbortSignal): Promise<number> => {
  let killed = 0;
  while (!signal.aborted) {
    killed += (await killLeader(database)).length;
    await sleep(100);
  }
  return killed;
};

test('the same with three relays whose leader loses its connection again and again', async (t) => {
  const database = await openMigrated(server.url, AGGREGATES);
  const others = openDatabase(options(server.url, { schema: database.schema }));
  const bus = createMemoryBus(createTopology());
  const relays = [database, database, others].map(
    (its) => new Relay({ outbox: createOutboxReader(its), publisher: bus, logger: silent, pollMs: 50 }),
  );
  for (const relay of relays) relay.start();
  const written = new AbortController();
  const killing = killUntil(others, written.signal);
  const rows = await writeLikeServices(database, () => relays[0]?.kick());
  written.abort();
  t.true((await killing) > 0);
  await until(isEmpty(database));
  await Promise.all(relays.map((relay) => relay.stop()));
  t.true(isComplete(await drain(bus), rows));
  await others.close();
  await database.close();
});

test('housekeeping forgets old events and knows what waits', async (t) => {
  const database = await openMigrated(server.url);
  await database.query({
    text: 'INSERT INTO inbox SELECT gen_random_uuid(), now() - make_interval(days => n % 30) FROM generate_series(1, 25000) AS n',
  });
  t.true((await removeOldInboxRows(database, 15)) > 10_000);
  t.is(await removeOldInboxRows(database, 15), 0);
  t.deepEqual(
    await database.query({
      text: "SELECT count(*) > 0 AS kept FROM inbox WHERE handled_at > now() - interval '15 days'",
    }),
    [{ kept: true }],
  );
  t.deepEqual(await readOutboxLag(database), { waiting: 0, oldestSeconds: 0 });
  await write(database, message('a', '1'), message('a', '2'));
  await database.query({ text: "UPDATE outbox SET created_at = now() - interval '1 hour' WHERE body = '1'" });
  const lag = await readOutboxLag(database);
  t.is(lag.waiting, 2);
  t.is(Math.round(lag.oldestSeconds / 60), 60);
  await database.close();
});
