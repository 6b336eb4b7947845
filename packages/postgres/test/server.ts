import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/embedded/index.ts';
import { type Database, type DatabaseOptions, migrate, openDatabase } from '../src/index.ts';

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A server of its own for one test file: these tests end connections, and fill them. */
export const startServer = async () =>
  startEmbeddedPostgres({
    dataDirectory: join(await mkdtemp(join(tmpdir(), 'pao-postgres-test-')), 'data'),
    logger: silent,
    ephemeral: true,
  });

/** No migrations of a service. */
export const NO_MIGRATIONS = new URL('fixtures/none/', import.meta.url);

export const newSchema = (): string => `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;

export const options = (url: string, others: Partial<DatabaseOptions> = {}): DatabaseOptions => ({
  url,
  schema: 'public',
  applicationName: 'tests',
  ...others,
});

/** A database on a schema of its own with the tables of this package and, if given, more. */
export const openMigrated = async (url: string, sql = 'SELECT 1'): Promise<Database> => {
  const schema = newSchema();
  await migrate({ url, schema, directory: NO_MIGRATIONS, logger: silent });
  const database = openDatabase(options(url, { schema, maxConnections: 20 }));
  await database.query({ text: sql });
  return database;
};
