import { errorMessage, TransientError } from '@pao/kernel';
import { requireSchemaName } from '../connection.ts';
import type { Session } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import { openSession } from '../session.ts';
import { type Migration, readMigrations } from './files.ts';

export interface MigrateOptions {
  readonly url: string;
  /** Made when absent. */
  readonly schema: string;
  /** Of the service's `0001-name.sql` files. */
  readonly directory: URL;
  readonly logger: { info(fields: object, message: string): void };
}

/** The migrations and the schema do not fit together; a human has to look. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const OWN = new URL('../../migrations/', import.meta.url);
/** A migration that waits this long for a table would hold up everyone behind it in the lock's queue. */
const LOCK_TIMEOUT_MS = 5_000;
const OTHERS_TIMEOUT_MS = 120_000;

/**
 * Brings a schema up to date: the tables of this package and the service's own migrations, each in a transaction of its own
 * together with its record, under one lock a schema. With nothing to do it costs a connection and one query.
 *
 * Applied migrations that this version does not know are left alone: a newer version may run beside it.
 *
 * Plain SQL and a runner of our own, since node-pg-migrate reads one directory, keeps no hashes and takes 60 ms to load.
 *
 * @throws MigrationError when an applied file was changed, a new one is numbered below an applied one, or one fails (it leaves nothing)
 * @throws TransientError when the database is away or a lock could not be had
 */
export const migrate = async (options: MigrateOptions): Promise<void> => {
  const { url, schema, directory } = options;
  const [own, theirs] = await Promise.all([readMigrations(OWN, 'bus/'), readMigrations(directory)]);
  const session = await openSession({
    url,
    schema: requireSchemaName(schema),
    applicationName: `${schema}-migrations`,
    statementTimeoutMs: 0,
    lockTimeoutMs: OTHERS_TIMEOUT_MS,
  });
  try {
    if (await isUpToDate(session, [...own, ...theirs])) return;
    await session.query({
      text: 'SELECT pg_advisory_lock(hashtextextended($1, 0))',
      values: [`pao_migrate_${schema}`],
    });
    await prepare(session, schema);
    for (const migrations of [own, theirs]) await bringUpToDate(session, migrations, options.logger);
  } finally {
    // Ends the lock too.
    await session.close();
  }
};

const readApplied = async (session: Session): Promise<ReadonlyMap<string, string>> => {
  const rows = await session.query<{ name: string; hash: string }>({ text: 'SELECT name, hash FROM migrations' });
  return new Map(rows.map((row) => [row.name, row.hash]));
};

const isUpToDate = async (session: Session, migrations: readonly Migration[]): Promise<boolean> => {
  try {
    const applied = await readApplied(session);
    return migrations.every(({ name, hash }) => applied.get(name) === hash);
  } catch (thrown) {
    if (thrown instanceof DatabaseError && thrown.code === UNDEFINED_TABLE) return false;
    throw thrown;
  }
};

const UNDEFINED_TABLE = '42P01';

const prepare = async (session: Session, schema: string): Promise<void> => {
  await session.query({ text: `CREATE SCHEMA IF NOT EXISTS ${schema}` });
  await session.query({
    text: `CREATE TABLE IF NOT EXISTS migrations (
      name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  });
};

const bringUpToDate = async (
  session: Session,
  migrations: readonly Migration[],
  logger: MigrateOptions['logger'],
): Promise<void> => {
  const applied = await readApplied(session);
  let pending: string | undefined;
  for (const migration of migrations) {
    const hash = applied.get(migration.name);
    if (hash === undefined) {
      pending = migration.name;
      continue;
    }
    if (hash !== migration.hash) throw new MigrationError(`${migration.name} was changed after it was applied.`);
    if (pending !== undefined)
      throw new MigrationError(`${pending} is new, but ${migration.name} after it is applied already.`);
  }
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue;
    await apply(session, migration);
    logger.info({ migration: migration.name }, 'migration applied');
  }
};

const apply = async (session: Session, migration: Migration): Promise<void> => {
  const { name, hash, sql } = migration;
  await session.query({ text: 'BEGIN' });
  try {
    await session.query({ text: `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}` });
    await session.query({ text: sql });
    await session.query({ text: 'INSERT INTO migrations (name, hash) VALUES ($1, $2)', values: [name, hash] });
    await session.query({ text: 'COMMIT' });
  } catch (thrown) {
    await session.query({ text: 'ROLLBACK' }).catch(() => {});
    if (thrown instanceof TransientError) throw thrown;
    throw new MigrationError(`${name} failed: ${errorMessage(thrown)}`, { cause: thrown });
  }
};
