import { type Database, outboxInsert, outboxValues } from '@pao/postgres';
import { MAX_DOUBLINGS, type OverdueTask, type OverdueTasks } from '../../core/ports/overdue-tasks.ts';

const FIND = {
  text: `SELECT t.request_id AS "requestId", t.position, t.resends
FROM request_states s JOIN tasks t USING (request_id)
WHERE s.status IN ('submitted', 'processing', 'retrying') AND s.status <> 'completed' AND t.status = 'queued'
  AND coalesce(t.resent_at, t.queued_at) <= $1::timestamptz - make_interval(secs => $2::float8 * 2 ^ least(t.resends, ${MAX_DOUBLINGS}))
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE group_id = t.request_id::text)
ORDER BY coalesce(t.resent_at, t.queued_at) LIMIT $3`,
};

/** The request's row is locked before the message is written, as by every other writer. */
const RESEND = {
  text: `WITH unchanged AS (
  SELECT 1 FROM request_states WHERE request_id = $1 AND version = $2 FOR UPDATE
), sent AS (
  UPDATE tasks SET resends = resends + 1, resent_at = $5
  WHERE request_id = $1 AND position = $3 AND status = 'queued' AND resends = $4 AND EXISTS (SELECT 1 FROM unchanged)
  RETURNING 1
), messages AS (
  ${outboxInsert(6, 'EXISTS (SELECT 1 FROM sent)')}
)
SELECT EXISTS (SELECT 1 FROM sent) AS sent`,
};

export const createPostgresOverdueTasks = (database: Database): OverdueTasks => ({
  find: ({ at, waitMs, limit }) => database.query<OverdueTask>({ ...FIND, values: [at, waitMs / 1_000, limit] }),
  resend: async ({ requestId, position, resends }, { version, at, message }) => {
    const values = [requestId, version, position, resends, at, ...outboxValues([message])];
    const [row] = await database.query<{ sent: boolean }>({ ...RESEND, values });
    return row?.sent === true;
  },
});
