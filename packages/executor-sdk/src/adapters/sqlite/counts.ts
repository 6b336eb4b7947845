import type { OpenAttempts } from '../postgres/count-attempts.ts';
import type { ParkedCounts } from '../postgres/count-parked.ts';
import type { SqliteDatabase } from './database.ts';

/** What metrics tell of a ledger. */
export const countInSqlite = (database: SqliteDatabase) => ({
  openAttempts: (): Promise<OpenAttempts> =>
    database.transact(() => {
      const [row] = database.all<{ readonly running: number; readonly in_doubt: number }>(
        `SELECT count(*) FILTER (WHERE lease_until > ?1) AS running, count(*) FILTER (WHERE lease_until <= ?1) AS in_doubt
        FROM attempt WHERE open = 1`,
        Date.now(),
      );
      return { running: row?.running ?? 0, inDoubt: row?.in_doubt ?? 0 };
    }),
  parkedTasks: (): Promise<ParkedCounts> =>
    database.transact(() => {
      const kinds = database.all<{ readonly kind: string; readonly count: number; readonly due: number }>(
        'SELECT kind, count(*) AS count, min(wake_at) AS due FROM parked_task GROUP BY kind',
      );
      const count = (name: string): number => kinds.find(({ kind }) => kind === name)?.count ?? 0;
      const due = Math.min(Date.now(), ...kinds.map((row) => row.due));
      const overdueSeconds = (Date.now() - due) / 1_000;
      return { check: count('check'), callback: count('callback'), approval: count('approval'), overdueSeconds };
    }),
  outboxLag: (): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> =>
    database.transact(() => {
      const [row] = database.all<{ readonly waiting: number; readonly oldest: number | null }>(
        'SELECT count(*) AS waiting, min(created_at) AS oldest FROM outbox',
      );
      const oldest = row?.oldest ?? undefined;
      return {
        waiting: row?.waiting ?? 0,
        oldestSeconds: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest) / 1_000,
      };
    }),
});
