import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { TransientError } from '@pao/kernel';

/** Of the tables below. */
const VERSION = 1;

/** What is looked for has a column; the rest of a row is JSON. `lease_until` and `wake_at` are milliseconds of the epoch. */
const TABLES = `
CREATE TABLE attempt (name TEXT PRIMARY KEY, task_id TEXT NOT NULL, open INTEGER NOT NULL, lease_until REAL NOT NULL,
  document TEXT NOT NULL) STRICT;
CREATE INDEX attempt_task ON attempt (task_id);
CREATE INDEX attempt_open ON attempt (lease_until) WHERE open = 1;
CREATE TABLE parked_task (name TEXT PRIMARY KEY, task_id TEXT NOT NULL, kind TEXT NOT NULL, wake_at REAL NOT NULL,
  document TEXT NOT NULL) STRICT;
CREATE INDEX parked_task_wake ON parked_task (wake_at);
CREATE INDEX parked_task_task ON parked_task (task_id);
CREATE TABLE outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, destination TEXT NOT NULL,
  group_id TEXT NOT NULL, dedup_id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT,
  created_at REAL NOT NULL) STRICT;
`;

const SQLITE_BUSY = 5;

const codeOf = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode : undefined;

/** A full disk or a failing one may recover; what SQLite refuses for the sake of its input does not. */
const toTransient = (thrown: unknown): unknown =>
  codeOf(thrown) === undefined ? thrown : new TransientError('the ledger could not be written', { cause: thrown });

interface Job {
  readonly work: () => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * One file, one process: work goes in order, what waits together is one transaction, and it is on the disk when its promise
 * resolves. A file that another process has open is refused.
 */
export class SqliteDatabase {
  readonly #db: DatabaseSync;
  #waiting: Job[] = [];
  #draining: Promise<void> | undefined;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  static async open(path: string): Promise<SqliteDatabase> {
    const { DatabaseSync } = await import('node:sqlite');
    const file = resolve(path);
    mkdirSync(dirname(file), { recursive: true });
    const db = new DatabaseSync(file, { timeout: 0 });
    try {
      // The lock of the file is kept until it is closed or the process ends, however that happens.
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      db.exec('BEGIN EXCLUSIVE');
      create(db, file);
      db.exec('COMMIT');
      return new SqliteDatabase(db);
    } catch (thrown) {
      db.close();
      if (codeOf(thrown) === SQLITE_BUSY)
        throw new Error(
          `The ledger ${file} is in use by another executor: one process at a time. Several executors of a pool share PostgreSQL.`,
          { cause: thrown },
        );
      throw thrown;
    }
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what it selects
  all<Row>(sql: string, ...values: readonly (string | number | null)[]): readonly Row[] {
    return this.#db.prepare(sql).all(...values) as unknown as readonly Row[];
  }

  run(sql: string, ...values: readonly (string | number | null)[]): void {
    this.#db.prepare(sql).run(...values);
  }

  /** Runs work alone, within a transaction. */
  transact<T>(work: () => Promise<T> | T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ work: async () => work(), resolve: resolve as Job['resolve'], reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  async close(): Promise<void> {
    await this.#draining;
    if (this.#db.isOpen) this.#db.close();
  }

  async #drain(): Promise<void> {
    // What comes in the same moment joins.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting;
      this.#waiting = [];
      await this.#together(jobs);
    }
    this.#draining = undefined;
  }

  async #together(jobs: readonly Job[]): Promise<void> {
    const settle: (() => void)[] = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const job of jobs) settle.push(await this.#one(job));
      this.#db.exec('COMMIT');
    } catch (thrown) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec('ROLLBACK');
      for (const { reject } of jobs) reject(toTransient(thrown));
      return;
    }
    for (const tell of settle) tell();
  }

  /** Work of one job: what fails takes back nothing of the others. */
  async #one({ work, resolve, reject }: Job): Promise<() => void> {
    this.#db.exec('SAVEPOINT job');
    try {
      const result = await work();
      this.#db.exec('RELEASE job');
      return () => resolve(result);
    } catch (thrown) {
      // A disk that is full ends the transaction as a whole.
      if (!this.#db.isTransaction) throw thrown;
      this.#db.exec('ROLLBACK TO job; RELEASE job');
      return () => reject(toTransient(thrown));
    }
  }
}

const create = (db: DatabaseSync, file: string): void => {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { readonly user_version: number };
  if (version > VERSION) throw new Error(`The ledger ${file} is of a later version of the executor (${version}).`);
  if (version === 0) db.exec(`${TABLES}; PRAGMA user_version = ${VERSION}`);
  // What an earlier process left open is in doubt at once: there is none beside this one.
  db.exec('UPDATE attempt SET lease_until = 0 WHERE open = 1');
};
