import { outboxInsert } from '@pao/postgres';
import { CANCELLED, REFUSED } from '../../core/domain/attempt.ts';

/** In the words of the index `attempt_open`: who says it so uses that index, and nobody else does. */
export const IS_OPEN = "coalesce(outcome, '') = ''";

// The batched writes take their rows as one JSON text: an array a column costs the database, and us, twice as much.

/**
 * Attempts of generations that have none yet, unless a higher generation of the task is known. The OFFSET keeps the check one look
 * into the index a row, whatever the statistics say.
 */
export const START = `INSERT INTO attempt
  (task_id, generation, step, request_id, tenant, action_type, fingerprint, command, lease_until, instance, boot_id)
SELECT n.task_id, n.generation, n.step, n.request_id, n.tenant, n.action_type, n.fingerprint, n.command::text,
  now() + n.lease_ms * interval '1 millisecond', $2, $3
FROM json_to_recordset($1) AS n (task_id uuid, generation int, step text, request_id uuid, tenant text, action_type text,
  fingerprint text, command json, lease_ms float8)
WHERE NOT EXISTS (
  SELECT 1 FROM attempt AS known
  WHERE known.task_id = n.task_id AND known.generation >= n.generation
  OFFSET 0)
ON CONFLICT DO NOTHING
RETURNING task_id, generation, step, fence, started_at`;

/**
 * Ends that are still open under their fence, each with its message ($2), whose body is kept as what was told. Each is looked up by its
 * key: `turn` has the planner expect one row, not the hundred it takes a list for.
 */
export const FINISH = `WITH given AS (
  SELECT *, row_number() OVER (PARTITION BY event_id) AS turn
  FROM json_to_recordset($1) AS n (task_id uuid, generation int, step text, fence bigint, outcome text, code text, evidence jsonb,
    external_ref text, tries int, event_id uuid)
), ended AS (
  UPDATE attempt
  SET outcome = n.outcome, code = n.code, evidence = n.evidence, external_ref = n.external_ref,
    tries = attempt.tries + n.tries, finished_at = clock_timestamp(), command = NULL, told = message.body
  FROM given AS n JOIN json_to_recordset($2) AS message (event_id uuid, body text) USING (event_id)
  WHERE turn = 1 AND attempt.task_id = n.task_id AND attempt.generation = n.generation AND attempt.step = n.step
    AND attempt.fence = n.fence AND attempt.outcome IS NULL
  RETURNING n.event_id
), told AS (${outboxInsert(2, 'message.event_id IN (SELECT event_id FROM ended)')})
SELECT event_id FROM ended`;

/** For how long a task may have gone on when the next begins with its end: who stood still for longer may have been given up. */
const FOLLOWS_WITHIN = `interval '5 seconds'`;

/**
 * Ends that are still open under their fence, each a success, and the starts of the tasks that follow: both or neither. The rows are
 * locked first, so that nothing begins behind an end that is not recorded. Of two rows with the same task to follow, one is followed.
 */
export const FOLLOW = `WITH given AS (
  SELECT *, row_number() OVER (PARTITION BY next_task) AS turn
  FROM json_to_recordset($1) AS n (task_id uuid, generation int, step text, fence bigint, evidence jsonb, external_ref text,
    tries int, completed json, next_task uuid, next_generation int, next_step text, action_type text, fingerprint text,
    command json, lease_ms float8)
), held AS (
  SELECT n.*, attempt.request_id, attempt.tenant, attempt.started_at
  FROM attempt JOIN given AS n ON attempt.task_id = n.task_id AND attempt.generation = n.generation AND attempt.step = n.step
  WHERE attempt.fence = n.fence AND attempt.outcome IS NULL AND turn = 1 AND attempt.started_at > now() - ${FOLLOWS_WITHIN}
  FOR UPDATE OF attempt
), begun AS (
  INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type, fingerprint, command, lease_until, instance, boot_id,
    preceded_by, preceded_generation)
  SELECT next_task, next_generation, next_step, request_id, tenant, action_type, fingerprint, command::text,
    now() + lease_ms * interval '1 millisecond', $2, $3, task_id, generation
  FROM held
  WHERE NOT EXISTS (
    SELECT 1 FROM attempt AS known
    WHERE known.task_id = held.next_task AND known.generation >= held.next_generation
    OFFSET 0)
  ON CONFLICT DO NOTHING
  RETURNING task_id, preceded_by, fence, started_at
), ended AS (
  UPDATE attempt
  SET outcome = 'ok', evidence = n.evidence, external_ref = n.external_ref, tries = attempt.tries + n.tries,
    finished_at = clock_timestamp(), command = NULL, completed = n.completed::text, followed_by = n.next_task,
    followed_generation = n.next_generation
  FROM held AS n JOIN begun ON begun.task_id = n.next_task
  WHERE attempt.task_id = n.task_id AND attempt.generation = n.generation AND attempt.step = n.step
)
SELECT preceded_by, fence, started_at FROM begun`;

/** What such a write began whose answer was lost. */
export const FIND_FOLLOWED = `SELECT next.fence, next.started_at
FROM attempt AS ended JOIN attempt AS next ON next.task_id = ended.followed_by AND next.generation = ended.followed_generation
WHERE ended.task_id = $1 AND ended.generation = $2 AND ended.step = $3 AND next.task_id = $4 AND next.step = $5 AND next.boot_id = $6
  AND next.fence = 1 AND next.outcome IS NULL`;

/** What was completed before an attempt that came behind others, in order. The OFFSET is there as in START. */
export const COMPLETED_BEFORE = `WITH RECURSIVE before AS (
  SELECT preceded_by, preceded_generation, NULL::text AS completed, 0 AS nth
  FROM attempt WHERE task_id = $1 AND generation = $2 AND preceded_by IS NOT NULL
  UNION ALL
  SELECT ended.preceded_by, ended.preceded_generation, ended.completed, before.nth + 1
  FROM before CROSS JOIN LATERAL (
    SELECT preceded_by, preceded_generation, completed
    FROM attempt WHERE task_id = before.preceded_by AND generation = before.preceded_generation AND followed_by IS NOT NULL
    OFFSET 0) AS ended
)
SELECT completed FROM before WHERE nth > 0 ORDER BY nth DESC`;

/** Start and end in one, of an attempt that never was, unless the generation or a later one has an attempt. */
export const REFUSE = `WITH refused AS (
  INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type, fingerprint, lease_until, instance, boot_id,
    outcome, code, evidence, finished_at, told)
  SELECT $1, $2, '${REFUSED}', $3, $4, $5, $6, now(), $7, $8, 'definite-failure', $9, $10::jsonb, now(), $11
  WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE task_id = $1 AND generation >= $2)
  ON CONFLICT DO NOTHING
  RETURNING 1
), told AS (${outboxInsert(12, 'EXISTS (SELECT 1 FROM refused)')})
SELECT 1 FROM refused`;

/**
 * The end of an attempt that never starts, in the very row that START would insert: whoever of the two is second finds it taken. No
 * row where the generation or a later one has an attempt.
 */
export const CANCEL = `WITH cancelled AS (
  INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type, fingerprint, lease_until, instance, boot_id,
    outcome, code, evidence, finished_at)
  SELECT $1, $2, $3, $4, $5, $6, '', now(), $7, $8, 'definite-failure', '${CANCELLED}', '{}', now()
  WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE task_id = $1 AND generation >= $2)
  ON CONFLICT DO NOTHING
  RETURNING 1
), told AS (${outboxInsert(9, 'EXISTS (SELECT 1 FROM cancelled)')})
SELECT 1 FROM cancelled`;

/** What was cancelled is told again: whoever asks again has not heard of it. */
export const TELL_CANCELLED = `WITH known AS (
  SELECT 1 FROM attempt WHERE task_id = $1 AND generation = $2 AND code = '${CANCELLED}' AND fingerprint = ''
), told AS (${outboxInsert(3, 'EXISTS (SELECT 1 FROM known)')})
SELECT 1 FROM known`;

/**
 * The end of an attempt is told again, under the id it was told with: whoever knows it drops it, and who sent the command again may
 * not have heard of it. The bus must not take it for the first one. An end that another task tells is told with that one's.
 */
export const TELL_END = `WITH ended AS (
  SELECT request_id, told, followed_by, followed_generation
  FROM attempt WHERE task_id = $1 AND generation = $2 AND (told IS NOT NULL OR followed_by IS NOT NULL)
  ORDER BY finished_at DESC LIMIT 1
), told AS (
  INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body)
  SELECT (told::json->>'id')::uuid, 'topic:task-events', request_id::text, gen_random_uuid()::text, told::json->>'type', told
  FROM ended WHERE followed_by IS NULL
)
SELECT followed_by, followed_generation FROM ended`;

/** The lock puts this message before that of the end, in the order of the outbox too. */
export const ANNOUNCE = `WITH held AS (
  SELECT 1 FROM attempt
  WHERE task_id = $1 AND generation = $2 AND step = $3 AND fence = $4 AND outcome IS NULL
  FOR UPDATE
), told AS (${outboxInsert(5, 'EXISTS (SELECT 1 FROM held)')})
SELECT 1 FROM held`;

/** An attempt without its holder: the lease is over, or it belongs to an earlier process of this instance ($1, $2). */
const IS_LEFT = '(lease_until <= now() OR (instance = $1 AND boot_id <> $2))';
const IN_DOUBT = `outcome IS NULL AND ${IS_LEFT}`;

/** What is known that speaks against starting an attempt: the highest generation first, then what is under way. */
export const FIND_STANDING = `SELECT generation, step, fence, started_at, command, point, outcome, followed_by, followed_generation, preceded_by,
  ${IN_DOUBT} AS in_doubt, extract(epoch FROM lease_until - now())::float8 * 1000 AS lease_left_ms
FROM attempt
WHERE task_id = $3 AND generation >= $4
ORDER BY generation DESC, outcome NULLS FIRST
LIMIT 1`;

export const TAKE_OVER = `UPDATE attempt
SET fence = fence + 1, instance = $3, boot_id = $2, lease_until = now() + $4 * interval '1 millisecond'
WHERE task_id = $5 AND generation = $6 AND step = $7 AND fence = $8 AND ${IN_DOUBT}
RETURNING fence, started_at`;

export const LIST_IN_DOUBT = `SELECT task_id, generation, step, fence, started_at, command, point, preceded_by
FROM attempt WHERE ${IS_OPEN} AND ${IS_LEFT} ORDER BY lease_until LIMIT $3`;

/** Keeps what a holder found out that had lost its hold; tells whether it had not, and its end was recorded before. */
export const KEEP_LATE = `UPDATE attempt
SET late_result = CASE WHEN fence = $4 THEN late_result ELSE coalesce(late_result, $5::jsonb) END
WHERE task_id = $1 AND generation = $2 AND step = $3
RETURNING fence = $4 AS recorded`;
