import type { Database } from '@pao/postgres';

const BATCH = 10_000;

/** Forgets the answers of calls that nobody may repeat any more, in small transactions. Returns how many. */
export const removeOldAnswers = async (database: Database, olderThanHours: number): Promise<number> => {
  let removed = 0;
  for (;;) {
    const [row] = await database.query<{ count: number }>({
      text: `WITH removed AS (
        DELETE FROM answers WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM answers WHERE created_at < now() - make_interval(hours => $1) LIMIT ${BATCH}))
        RETURNING 1)
      SELECT count(*) AS count FROM removed`,
      values: [olderThanHours],
    });
    const count = row?.count ?? 0;
    removed += count;
    if (count < BATCH) return removed;
  }
};
