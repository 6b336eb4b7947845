import type { OutboxReader } from '@pao/bus';
import { createOutboxReader, type Database, readOutboxLag } from '@pao/postgres';
import type { ExecutorMetricsOptions } from '../adapters/metrics.ts';
import { createPostgresAttemptLedger } from '../adapters/postgres/attempt-ledger.ts';
import type { PostgresLedgerOptions } from '../adapters/postgres/batched-writes.ts';
import { countOpenAttempts } from '../adapters/postgres/count-attempts.ts';
import { countParkedTasks } from '../adapters/postgres/count-parked.ts';
import { createPostgresNotices } from '../adapters/postgres/notices.ts';
import { createPostgresParkedTasks } from '../adapters/postgres/parked-tasks.ts';
import { createPostgresStepLedger } from '../adapters/postgres/step-ledger.ts';
import { countInSqlite } from '../adapters/sqlite/counts.ts';
import type { SqliteDatabase } from '../adapters/sqlite/database.ts';
import { createSqliteLedger, type SqliteLedger } from '../adapters/sqlite/ledger.ts';
import { createSqliteOutbox } from '../adapters/sqlite/outbox.ts';

/** Where an executor keeps what it did, and what it still has to tell. */
export interface LedgerStore {
  readonly outbox: OutboxReader;
  readonly counts: Omit<ExecutorMetricsOptions, 'metrics'>;
  /** @param onMessages called after a commit that left messages to publish */
  openLedger(onMessages: () => void): SqliteLedger;
}

interface PostgresStoreOptions extends Pick<PostgresLedgerOptions, 'owner'> {
  readonly database: Database;
}

/** For any number of executors of a pool. */
export const createPostgresStore = ({ database, owner }: PostgresStoreOptions): LedgerStore => ({
  outbox: createOutboxReader(database),
  counts: {
    openAttempts: () => countOpenAttempts(database),
    parkedTasks: () => countParkedTasks(database),
    outboxLag: () => readOutboxLag(database),
  },
  openLedger: (onMessages) => {
    const options = { database, owner, onMessages };
    return {
      ledger: createPostgresAttemptLedger(options),
      steps: createPostgresStepLedger(options),
      parked: createPostgresParkedTasks(options),
      notices: createPostgresNotices(options),
    };
  },
});

/** For one executor. */
export const createSqliteStore = (database: SqliteDatabase): LedgerStore => ({
  outbox: createSqliteOutbox(database),
  counts: countInSqlite(database),
  openLedger: (onMessages) => createSqliteLedger({ database, onMessages }),
});
