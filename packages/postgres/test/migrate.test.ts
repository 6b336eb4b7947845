import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import type { EmbeddedPostgres } from '../src/embedded/index.ts';
import { type Database, MigrationError, migrate, openDatabase } from '../src/index.ts';
import { NO_MIGRATIONS, newSchema, options, startServer } from './server.ts';

const RACE = new URL('fixtures/race/', import.meta.url);
let server: EmbeddedPostgres;
let database: Database;

test.before(async () => {
  server = await startServer();
  database = openDatabase(options(server.url));
});
test.after.always(async () => {
  await database.close();
  await server.stop();
  for (const directory of directories) await rm(directory, { recursive: true });
});

const directories: string[] = [];

/** A directory of migrations. */
const directoryOf = async (files: Readonly<Record<string, string>>): Promise<URL> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-migrations-'));
  directories.push(directory);
  for (const [name, sql] of Object.entries(files)) await writeFile(join(directory, name), sql);
  // Without a slash at its end, as it may be given.
  return pathToFileURL(directory);
};

const run = async (schema: string, directory: URL): Promise<readonly string[]> => {
  const applied: string[] = [];
  const info = (fields: object): void => void applied.push(Object.values(fields).join());
  await migrate({ url: server.url, schema, directory, logger: { info } });
  return applied;
};

const tablesOf = async (schema: string): Promise<readonly string[]> => {
  const rows = await database.query<{ name: string }>({
    text: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1',
    values: [schema],
  });
  return rows.map(({ name }) => name);
};

const A = 'CREATE TABLE a (n int)';
const B = 'CREATE TABLE b (n int)';

test("makes the schema, this package's tables and the service's own, once", async (t) => {
  const schema = newSchema();
  const directory = await directoryOf({ '0001-a.sql': A, '0002-b.sql': `${B}; INSERT INTO b VALUES (1)` });
  t.deepEqual(await run(schema, directory), [
    'bus/0001-outbox-inbox.sql',
    'bus/0002-outbox-rows.sql',
    '0001-a.sql',
    '0002-b.sql',
  ]);
  t.deepEqual(await tablesOf(schema), ['a', 'b', 'inbox', 'migrations', 'outbox']);
  t.deepEqual(await run(schema, directory), []);
  t.deepEqual(await database.query({ text: `SELECT * FROM ${schema}.b` }), [{ n: 1 }]);
});

test('a migration that fails leaves nothing of itself, and a corrected one goes on from there', async (t) => {
  const schema = newSchema();
  const broken = await directoryOf({ '0001-a.sql': A, '0002-b.sql': `${B}; SELECT 1/0`, '0003-c.sql': 'SELECT 1' });
  const error = await t.throwsAsync(run(schema, broken), { instanceOf: MigrationError });
  t.regex(error?.message ?? '', /0002-b\.sql.*division by zero/);
  t.deepEqual(await tablesOf(schema), ['a', 'inbox', 'migrations', 'outbox']);
  t.deepEqual(await run(schema, await directoryOf({ '0001-a.sql': A, '0002-b.sql': B })), ['0002-b.sql']);
});

test('a migration that was changed after it was applied, or comes too late, is refused', async (t) => {
  const schema = newSchema();
  await run(schema, await directoryOf({ '0002-a.sql': A }));
  const refused = async (files: Record<string, string>, message: RegExp) =>
    t.throwsAsync(run(schema, await directoryOf(files)), { instanceOf: MigrationError, message });
  await refused({ '0002-a.sql': `${A} -- changed` }, /0002-a\.sql was changed/);
  await refused({ '0001-b.sql': B, '0002-a.sql': A }, /0001-b\.sql is new, but 0002-a\.sql/);
  t.deepEqual(await tablesOf(schema), ['a', 'inbox', 'migrations', 'outbox']);
});

test('an older version leaves alone what a newer one has applied', async (t) => {
  const schema = newSchema();
  await run(schema, await directoryOf({ '0001-a.sql': A, '0002-b.sql': B }));
  t.deepEqual(await run(schema, await directoryOf({ '0001-a.sql': A })), []);
});

test('files that are no migrations and numbers given twice are refused before anything runs', async (t) => {
  const schema = newSchema();
  await t.throwsAsync(run(schema, await directoryOf({ '1-a.sql': A })), { message: /0001-orders\.sql/ });
  await t.throwsAsync(run(schema, await directoryOf({ '0001-a.sql': A, '0001-b.sql': B })), {
    message: /numbered 0001/,
  });
  await t.throwsAsync(run('Bad Name', NO_MIGRATIONS), { message: /schema name/ });
  t.deepEqual(await tablesOf(schema), []);
});

test('a table that stays locked by others makes a migration wait only so long', async (t) => {
  const schema = newSchema();
  await run(schema, await directoryOf({ '0001-a.sql': A }));
  const more = await directoryOf({ '0001-a.sql': A, '0002-more.sql': 'ALTER TABLE a ADD COLUMN m int' });
  await database.transaction(async (tx) => {
    await tx.query({ text: `SELECT * FROM ${schema}.a` });
    await t.throwsAsync(run(schema, more), { instanceOf: TransientError });
  });
  t.deepEqual(await run(schema, more), ['0002-more.sql']);
});

const startProcess = (schema: string): ChildProcess => {
  const fixture = fileURLToPath(new URL('migrate.fixture.ts', import.meta.url));
  return spawn(process.execPath, [fixture, server.url, schema, RACE.href], { stdio: ['ignore', 'pipe', 'inherit'] });
};

test('processes that start at the same time apply each migration once', async (t) => {
  const schema = newSchema();
  const processes = Array.from({ length: 3 }, () => startProcess(schema));
  const outputs = await Promise.all(
    processes.map(async (child) => {
      const [output, [code]] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'exit')]);
      t.is(code, 0);
      return output;
    }),
  );
  t.deepEqual(outputs.join(' ').trim().split(/\s+/).toSorted(), [
    '0001-things.sql',
    '0002-more.sql',
    'bus/0001-outbox-inbox.sql',
    'bus/0002-outbox-rows.sql',
  ]);
  t.deepEqual(await database.query({ text: `SELECT n FROM ${schema}.thing ORDER BY n` }), [{ n: 1 }, { n: 2 }]);
});

test('after a kill in the middle the next run completes', async (t) => {
  const schema = newSchema();
  const child = startProcess(schema);
  const sleeping = { text: "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'" };
  while ((await database.query({ ...sleeping, values: [`${schema}-migrations`] })).length === 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.false((await tablesOf(schema)).includes('thing'));
  t.deepEqual(await run(schema, RACE), ['0001-things.sql', '0002-more.sql']);
  t.deepEqual(await database.query({ text: `SELECT n FROM ${schema}.thing ORDER BY n` }), [{ n: 1 }, { n: 2 }]);
});
