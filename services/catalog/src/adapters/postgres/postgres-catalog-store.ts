import type { Database } from '@pao/postgres';
import type { CategoryOwners } from '../../core/domain/sync-owners.ts';
import type { CatalogStore } from '../../core/ports/catalog-store.ts';
import type { MessageContext } from '../bus/catalog-messages.ts';
import {
  type DocumentRow,
  documentColumns,
  type FindingRow,
  type SyncRow,
  toChange,
  toFinding,
  toPublishedDocument,
  toSyncState,
  type VersionRow,
} from './rows.ts';
import { openSyncSession } from './sync-session.ts';

export interface PostgresCatalogStoreOptions extends MessageContext {
  readonly database: Database;
  /** Called after a commit that wrote messages. */
  readonly onMessages: () => void;
}

/** The lock that makes a sync the only one: of this schema, in all replicas. */
const LOCK = `hashtextextended('pao-catalog-sync-' || current_schema, 0)`;

/**
 * How long a sync waits for another one, which is longer than the pool's own limit for the hot path, and how long one may check
 * documents while its transaction is idle.
 */
const LIMITS = `SELECT set_config('lock_timeout', '30s', true), set_config('statement_timeout', '31s', true),
  set_config('idle_in_transaction_session_timeout', '5min', true)`;

const CHANGES = `SELECT ${documentColumns} FROM documents AS d WHERE d.changed > $1 ORDER BY d.changed`;

const FIND = `SELECT ${documentColumns}, v.commit, v.document
FROM documents AS d JOIN versions AS v ON v.id = d.id AND v.revision = d.revision
WHERE d.id = $1 AND NOT d.retired`;

/** Since when a sync has been under way, told by who holds the lock: it can't be left behind by a process that died. */
const RUNNING = `SELECT a.xact_start AS since FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = ${LOCK}`;

export const createPostgresCatalogStore = (options: PostgresCatalogStoreOptions): CatalogStore => {
  const { database, onMessages } = options;
  return {
    exclusively: async (work) => {
      const result = await database.transaction(async (tx) => {
        await tx.query({ text: LIMITS });
        await tx.query({ text: `SELECT pg_advisory_xact_lock(${LOCK})` });
        return work(openSyncSession(tx, options));
      });
      onMessages();
      return result;
    },
    changesSince: async (revision) => {
      const rows = await database.query<DocumentRow>({ name: 'catalog-changes', text: CHANGES, values: [revision] });
      return rows.map(toChange);
    },
    find: async (id) => {
      const [row] = await database.query<VersionRow>({ name: 'catalog-find', text: FIND, values: [id] });
      return row && toPublishedDocument(row);
    },
    categoryOwners: () =>
      database.query<CategoryOwners>({
        name: 'catalog-category-owners',
        text: 'SELECT category, owners FROM category_owners ORDER BY category COLLATE "C"',
      }),
    report: async () => {
      const [running, states, findings] = await Promise.all([
        database.query<{ since: Date }>({ name: 'catalog-running', text: RUNNING }),
        database.query<SyncRow>({ name: 'catalog-read-sync', text: 'SELECT * FROM sync' }),
        database.query<FindingRow>({ name: 'catalog-findings', text: 'SELECT * FROM findings ORDER BY position' }),
      ]);
      return {
        ...toSyncState(states[0]),
        findings: findings.map(toFinding),
        runningSince: running[0]?.since ?? null,
      };
    },
  };
};
