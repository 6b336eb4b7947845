import { type Database, outboxInsert, outboxValues } from '@pao/postgres';
import { MAX_DOUBLINGS, type OverdueTask, type OverdueTasks } from '../../core/ports/overdue-tasks.ts';
import { IS_SILENT } from './executors.ts';

/**
 * Of what is under way the end may be lost, and of what its executor waits for once its time is over; who is asked to cancel a task
 * answers by its end, whatever that is.
 */
const OWED = `(t.status IN ('queued', 'processing') OR t.status = 'waiting' AND (s.status = 'aborting' OR t.waiting_for IS NOT NULL))`;

/** What the executor may still take to look for a last time, and to tell. */
const MARGIN = `interval '5 minutes'`;

/** The last change of an aborting request is its abort, or a report since. */
const SENT_AT = `(CASE s.status WHEN 'aborting' THEN greatest(t.resent_at, s.updated_at) ELSE coalesce(t.resent_at, (t.waiting_for ->> 'until')::timestamptz + ${MARGIN}, t.started_at, t.queued_at) END)`;

/** Commands pile up in the queue of a pool that is silent, and are all there when it comes back. */
const SPARED = `interval '30 minutes'`;

const FIND = {
  text: `WITH silent AS MATERIALIZED (SELECT pool FROM executors GROUP BY pool HAVING ${IS_SILENT})
SELECT t.request_id AS "requestId", t.position, t.resends
FROM request_states s JOIN tasks t USING (request_id)
WHERE s.status IN ('submitted', 'processing', 'retrying', 'rolling-back', 'failed', 'aborting') AND s.status <> 'completed' AND ${OWED}
  AND ${SENT_AT} <= $1::timestamptz - make_interval(secs => $2::float8 * 2 ^ least(t.resends, ${MAX_DOUBLINGS}))
  AND (t.executor NOT IN (SELECT pool FROM silent) OR ${SENT_AT} <= $1::timestamptz - ${SPARED})
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE group_id = t.request_id::text)
ORDER BY ${SENT_AT} LIMIT $3`,
};

/** The request's row is locked before the message is written, as by every other writer. */
const RESEND = {
  text: `WITH unchanged AS (
  SELECT s.status FROM request_states s WHERE request_id = $1 AND version = $2 FOR UPDATE
), sent AS (
  UPDATE tasks t SET resends = resends + 1, resent_at = $5 FROM unchanged s
  WHERE t.request_id = $1 AND t.position = $3 AND ${OWED} AND t.resends = $4
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
