import type { Database } from '../database.ts';

const BATCH = 10_000;

export interface OutboxLag {
  readonly waiting: number;
  /** Age of the oldest row; 0 when there is none. */
  readonly oldestSeconds: number;
}

/** What waits to be published. */
export const readOutboxLag = async (database: Database): Promise<OutboxLag> => {
  const [row] = await database.query<{ waiting: number; oldest: number | null }>({
    name: 'outbox-lag',
    text: `SELECT count(*) AS waiting, extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS oldest FROM outbox`,
  });
  return { waiting: row?.waiting ?? 0, oldestSeconds: row?.oldest ?? 0 };
};

/**
 * Forgets handled events, in small transactions. Keep them for longer than a queue may redeliver (14 days at most on SQS):
 * what comes later than that is stopped only by the guards on state. Returns how many were removed.
 */
export const removeOldInboxRows = async (database: Database, olderThanDays = 15): Promise<number> => {
  let removed = 0;
  for (;;) {
    const [row] = await database.query<{ count: number }>({
      text: `WITH removed AS (
          DELETE FROM inbox WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM inbox WHERE handled_at < now() - make_interval(days => $1) LIMIT ${BATCH}))
          RETURNING 1)
        SELECT count(*) AS count FROM removed`,
      values: [olderThanDays],
    });
    const count = row?.count ?? 0;
    removed += count;
    if (count < BATCH) return removed;
  }
};
