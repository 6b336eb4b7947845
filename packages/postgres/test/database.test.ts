import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import type { EmbeddedPostgres } from '../src/embedded/index.ts';
import { type Database, DatabaseError, openDatabase } from '../src/index.ts';
import { newSchema, options, startServer } from './server.ts';

let server: EmbeddedPostgres;

test.before(async () => {
  server = await startServer();
});
test.after.always(() => server.stop());

const open = (others: Parameters<typeof options>[1] = {}): Database => openDatabase(options(server.url, others));

const one = async <Row>(database: Database, text: string, values: readonly unknown[] = []): Promise<Row> => {
  const [row] = await database.query<Row>({ text, values });
  if (row === undefined) throw new Error('no row');
  return row;
};

const pidOf = (database: Database) => one<{ pid: number }>(database, 'SELECT pg_backend_pid() AS pid');

const kill = async (pid: number): Promise<void> => {
  const other = open();
  await other.query({ text: 'SELECT pg_terminate_backend($1)', values: [pid] });
  await other.close();
};

test('values come in the types that hold them', async (t) => {
  const database = open();
  const row = await one(
    database,
    `SELECT 9007199254740991::int8 AS big, count(*) AS count, '2026-01-02T03:04:05.678Z'::timestamptz AS at, '2026-01-02'::date AS day,
       1.10::numeric AS price, '{"a": [1]}'::jsonb AS json, '{1,2}'::int4[] AS list, NULL AS nothing FROM (VALUES (1)) AS x`,
  );
  t.deepEqual(row, {
    big: Number.MAX_SAFE_INTEGER,
    count: 1,
    at: new Date('2026-01-02T03:04:05.678Z'),
    day: '2026-01-02',
    price: '1.10',
    json: { a: [1] },
    list: [1, 2],
    nothing: null,
  });
  await t.throwsAsync(one(database, 'SELECT 9007199254740992::int8'), { message: /beyond the integers/ });
  t.is((await one<{ n: number }>(database, 'SELECT 1 AS n')).n, 1);
  await database.close();
});

test('names without a schema mean the schema of the database', async (t) => {
  const schema = newSchema();
  const database = open({ schema, applicationName: 'orders' });
  await database.query({ text: `CREATE SCHEMA ${schema}` });
  await database.query({ text: 'CREATE TABLE thing (n int8)' });
  t.deepEqual(
    await one(database, "SELECT table_schema AS s FROM information_schema.tables WHERE table_name = 'thing'"),
    {
      s: schema,
    },
  );
  t.deepEqual(await one(database, "SELECT current_setting('application_name') AS name"), { name: 'orders' });
  t.is(database.schema, schema);
  await database.close();
  t.throws(() => open({ schema: 'x; DROP' }), { message: /schema name/ });
});

test('a named statement is prepared once a connection', async (t) => {
  const database = open({ maxConnections: 1 });
  for (let n = 0; n < 3; n += 1) await database.query({ name: 'plus', text: 'SELECT $1::int4 + 1', values: [n] });
  t.deepEqual(
    await one(database, 'SELECT name, (generic_plans + custom_plans)::int4 AS runs FROM pg_prepared_statements'),
    {
      name: 'plus',
      runs: 3,
    },
  );
  await database.close();
});

test('what the server refuses is a DatabaseError with its code, and the connection is kept', async (t) => {
  const database = open({ maxConnections: 1 });
  const { pid } = await pidOf(database);
  await database.query({ text: 'CREATE TEMP TABLE unique_thing (n int PRIMARY KEY, t text, j jsonb)' });
  await database.query({ text: 'INSERT INTO unique_thing VALUES (1)' });
  const refused = async (text: string, values: readonly unknown[] = []) =>
    t.throwsAsync<DatabaseError>(database.query({ name: text.slice(0, 40), text, values }), {
      instanceOf: DatabaseError,
    });
  t.like(await refused('INSERT INTO unique_thing VALUES (1)'), { code: '23505', constraint: 'unique_thing_pkey' });
  t.like(await refused('INSERT INTO unique_thing VALUES (2, $1)', ['nul \u0000']), { code: '22021' });
  t.like(await refused('INSERT INTO unique_thing VALUES (2, NULL, $1)', ['{"a": "\\u0000"}']), { code: '22P05' });
  t.like(await refused('SELEC'), { code: '42601' });
  t.deepEqual(await pidOf(database), { pid });
  await database.close();
});

test('a statement that takes too long, or waits too long for a lock, is for later', async (t) => {
  const slow = open({ statementTimeoutMs: 50 });
  await t.throwsAsync(slow.query({ text: 'SELECT pg_sleep(10)' }), { instanceOf: TransientError });
  await slow.close();
  const impatient = open({ lockTimeoutMs: 50 });
  await impatient.query({ text: 'CREATE TABLE locked (n int)' });
  await impatient.transaction(async (tx) => {
    await tx.query({ text: 'LOCK TABLE locked' });
    await t.throwsAsync(impatient.query({ text: 'SELECT * FROM locked' }), { instanceOf: TransientError });
  });
  await impatient.close();
});

test('transactions that cannot both be are for later', async (t) => {
  const database = open();
  await database.query({ text: 'CREATE TABLE counter (n int)' });
  await database.query({ text: 'INSERT INTO counter VALUES (0)' });
  let readers = 0;
  const bothHaveRead = Promise.withResolvers<void>();
  const increment = () =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' });
      await tx.query({ text: 'SELECT n FROM counter' });
      readers += 1;
      if (readers === 2) bothHaveRead.resolve();
      await bothHaveRead.promise;
      await tx.query({ text: 'UPDATE counter SET n = n + 1' });
    });
  const outcomes = await Promise.allSettled([increment(), increment()]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  t.true(failed?.reason instanceof TransientError);
  t.deepEqual(await one(database, 'SELECT n FROM counter'), { n: 1 });
  await database.close();
});

test('a transaction is all or nothing', async (t) => {
  const database = open();
  await database.query({ text: 'CREATE TABLE note (text text)' });
  const write = (text: string, then?: Error) =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'INSERT INTO note VALUES ($1)', values: [text] });
      if (then) throw then;
      return text;
    });
  t.is(await write('kept'), 'kept');
  await t.throwsAsync(write('lost', new Error('changed my mind')), { message: 'changed my mind' });
  t.deepEqual(await database.query({ text: 'SELECT text FROM note' }), [{ text: 'kept' }]);
  await database.close();
});

test('a connection that ends under a query, between two of a transaction or idle is for later, and replaced', async (t) => {
  const database = open({ maxConnections: 1 });
  const during = pidOf(database).then(({ pid }) => {
    setTimeout(() => void kill(pid), 50);
    return database.query({ text: 'SELECT pg_sleep(10)' });
  });
  await t.throwsAsync(during, { instanceOf: TransientError });
  const between = database.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
    await kill(row?.pid ?? 0);
    await sleep(50);
    await tx.query({ text: 'SELECT 1' });
  });
  await t.throwsAsync(between, { instanceOf: TransientError });
  const { pid } = await pidOf(database);
  await kill(pid);
  await sleep(50);
  t.not((await pidOf(database)).pid, pid);
  await database.close();
});

test('no server, no free connection and no place left on the server are for later', async (t) => {
  const nowhere = openDatabase(options('postgresql://u:p@127.0.0.1:1/postgres'));
  await t.throwsAsync(nowhere.ping(), { instanceOf: TransientError });
  await nowhere.close();

  const busy = open({ maxConnections: 1, connectTimeoutMs: 1_000 });
  await busy.transaction(async () => {
    await t.throwsAsync(busy.ping(), { instanceOf: TransientError });
  });
  await busy.ping();
  await busy.query({ text: "CREATE ROLE crowd LOGIN PASSWORD 'x' CONNECTION LIMIT 1" });
  const url = new URL(server.url);
  url.username = 'crowd';
  url.password = 'x';
  const crowd = openDatabase(options(url.href));
  const error = await t.throwsAsync(Promise.all([crowd.ping(), crowd.ping()]), { instanceOf: TransientError });
  t.regex(error?.message ?? '', /53300/);
  await crowd.close();
  await busy.close();
});

test('a wrong password is no reason to wait', async (t) => {
  const url = new URL(server.url);
  url.password = 'wrong';
  const database = openDatabase(options(url.href));
  await t.throwsAsync(database.ping(), { instanceOf: DatabaseError });
  await database.close();
});

test('a session hears what is notified, and tells when it has ended', async (t) => {
  const database = open();
  const session = await database.openSession();
  const heard = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  session.onNotification((channel, payload) => heard.resolve(`${channel} ${payload}`));
  session.onEnd(() => ended.resolve());
  await session.listen('news.of "all"');
  await database.query({ text: 'SELECT pg_notify($1, $2)', values: ['news.of "all"', 'now'] });
  t.is(await heard.promise, 'news.of "all" now');
  const [row] = await session.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
  await kill(row?.pid ?? 0);
  await ended.promise;
  await t.throwsAsync(session.query({ text: 'SELECT 1' }), { instanceOf: TransientError });
  await session.close();
  await database.close();
});
