import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryBus, createTopology, type OutboxReader, type OutgoingMessage, Relay } from '@pao/bus';
import { TransientError } from '@pao/kernel';
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
import { openMigrated, options, silent, startServer } from './server.ts';

let server: EmbeddedPostgres;

test.before(async () => {
  server = await startServer();
});
test.after.always(() => server.stop());

const AGGREGATES = 'CREATE TABLE aggregate (id text PRIMARY KEY, version int NOT NULL DEFAULT 0)';

const message = (groupId: string, body: string): OutgoingMessage => {
  const id = randomUUID();
  return { id, destination: 'queue:tasks-default', groupId, dedupId: id, type: 'execute-task.v1', body };
};

const write = async (database: Database, ...messages: readonly OutgoingMessage[]): Promise<void> => {
  await database.query({ text: outboxInsert(1), values: outboxValues(messages) });
};

const bodiesOf = (messages: readonly OutgoingMessage[]) => messages.map(({ body }) => body);

const read = (reader: OutboxReader, published: readonly OutgoingMessage[] = [], limit = 100) =>
  reader.next({ published: published.map(({ id }) => id), limit, except: [] });

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

const isEmpty = (database: Database) => async () => (await readOutboxLag(database)).waiting === 0;

/** Applies a function to the process of whoever leads. */
const withLeader = (database: Database, call: string) =>
  database.query({
    text: `SELECT ${call} FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
        AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`,
    values: [`pao_outbox_${database.schema}`],
  });

/** Ends the connection that holds the lead, as a network or a server would. */
const killLeader = (database: Database) => withLeader(database, 'pg_terminate_backend(l.pid)');

const hasLeader = async (database: Database) => (await withLeader(database, 'l.pid')).length > 0;

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

test('one reader leads, and who lost the lead can read nothing', async (t) => {
  const database = await openMigrated(server.url);
  const [first, second] = [createOutboxReader(database), createOutboxReader(database)];
  t.true(await first.lead());
  t.false(await second.lead());
  t.true(await first.lead());
  t.is((await killLeader(database)).length, 1);
  await until(() => second.lead());
  await t.throwsAsync(read(first), { instanceOf: TransientError });
  t.false(await first.lead());
  t.deepEqual(await read(second), []);
  const freed = Promise.withResolvers<void>();
  first.onNotified(() => freed.resolve());
  await second.release();
  await freed.promise;
  t.true(await first.lead());
  await first.release();
  await database.close();
});

test('a leader that stands still loses the lead, and one that only has little to do keeps it', async (t) => {
  const database = await openMigrated(server.url);
  const silentMs = 2_000;
  const [first, second] = [createOutboxReader(database, { silentMs }), createOutboxReader(database, { silentMs })];
  t.true(await first.lead());
  await write(database, message('a', '1'));
  for (let looks = 0; looks < 6; looks += 1) {
    await sleep(500);
    t.is((await read(first)).length, 1);
    t.false(await second.lead());
  }
  await sleep(silentMs + 100);
  await until(() => second.lead());
  t.deepEqual(bodiesOf(await read(second)), ['1']);
  await t.throwsAsync(read(first), { instanceOf: TransientError });
  t.false(await first.lead());
});

test('a reader whose connection cannot be used opens another', async (t) => {
  const database = await openMigrated(server.url);
  const closed = async () => {
    const session = await database.openSession();
    await session.close();
    return session;
  };
  const mute = async () => {
    const session = await database.openSession();
    return { ...session, query: () => Promise.reject(new TransientError('no answer')) };
  };
  const kinds = [closed, mute];
  const reader = createOutboxReader({ ...database, openSession: () => (kinds.shift() ?? database.openSession)() });
  await t.throwsAsync(reader.lead(), { instanceOf: TransientError });
  await t.throwsAsync(reader.lead(), { instanceOf: TransientError });
  t.true(await reader.lead());
  await reader.release();
  await database.close();
});

test('readers of different schemas do not stand in each other’s way', async (t) => {
  const databases = await Promise.all([openMigrated(server.url), openMigrated(server.url)]);
  const readers = databases.map((database) => createOutboxReader(database));
  t.deepEqual(await Promise.all(readers.map((reader) => reader.lead())), [true, true]);
  await Promise.all(readers.map((reader) => reader.release()));
  await Promise.all(databases.map((database) => database.close()));
});

test('a kick where nobody leads reaches the leader, and another takes over what it leaves', async (t) => {
  const database = await openMigrated(server.url);
  const bus = createMemoryBus(createTopology());
  const relays = [1, 2].map(
    () => new Relay({ outbox: createOutboxReader(database), publisher: bus, logger: silent, pollMs: 600_000 }),
  );
  const [leader, other] = relays;
  leader?.start();
  await until(() => hasLeader(database));
  other?.start();
  await sleep(50);
  await write(database, message('a', '1'));
  other?.kick();
  await until(isEmpty(database));
  await write(database, message('a', '2'));
  await leader?.stop();
  await until(isEmpty(database));
  t.is((await bus.depth('tasks-default')).waiting, 2);
  await other?.stop();
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
