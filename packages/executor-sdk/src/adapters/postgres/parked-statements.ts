import { outboxInsert } from '@pao/postgres';

/** An index range: the rows that are due, and no others. */
export const CLAIM_DUE = `WITH due AS (
  SELECT task_id, generation FROM parked_task WHERE wake_at <= now() ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE parked_task AS parked
SET fence = parked.fence + 1, wake_at = now() + $2::float8 * interval '1 millisecond'
FROM due WHERE parked.task_id = due.task_id AND parked.generation = due.generation
RETURNING parked.*, now() AS claimed_at,
  EXISTS (SELECT 1 FROM attempt WHERE attempt.task_id = parked.task_id AND attempt.generation > parked.generation) AS superseded`;

export const NEXT_WAKE = `SELECT extract(epoch FROM min(wake_at) - now())::float8 * 1000 AS in_ms FROM parked_task`;

/** The claim: task, generation, step and fence. */
const CLAIM = 'task_id = $1 AND generation = $2 AND step = $3 AND fence = $4';

/** Without a new message ($12) people would see the same. */
export const WAIT_ON = `WITH waits AS (
  UPDATE parked_task SET kind = $5, what = $6, url = $7, park = $8, until_at = $9, sequence = $11, answer = NULL,
    wake_at = now() + $10::float8 * interval '1 millisecond', looks = looks + 1, failures = 0,
    since = CASE WHEN $12::text IS NULL THEN since ELSE now() END
  WHERE ${CLAIM} RETURNING 1
), noted AS (
  UPDATE attempt SET told = $12, next = $13
  WHERE $12 IS NOT NULL AND task_id = $1 AND generation = $2 AND step = $3 AND EXISTS (SELECT 1 FROM waits)
), told AS (${outboxInsert(14, 'EXISTS (SELECT 1 FROM waits)')})
SELECT 1 FROM waits`;

export const LOOK_LATER = `UPDATE parked_task SET looks = looks + 1, failures = failures + 1,
  wake_at = now() + $5::float8 * interval '1 millisecond'
WHERE ${CLAIM} RETURNING 1`;

export const DROP_PARKED = `DELETE FROM parked_task WHERE ${CLAIM} RETURNING 1`;

export const END_PARKED = `WITH over AS (DELETE FROM parked_task WHERE ${CLAIM} RETURNING 1),
noted AS (
  UPDATE attempt SET told = $5
  WHERE task_id = $1 AND generation = $2 AND step = $3 AND EXISTS (SELECT 1 FROM over)
), told AS (${outboxInsert(6, 'EXISTS (SELECT 1 FROM over)')})
SELECT 1 FROM over`;

export const ANSWER = `UPDATE parked_task SET answer = $4, answered = $5, fence = fence + 1, wake_at = now()
WHERE task_id = $1 AND generation = $2 AND kind = $3 AND answer IS NULL AND answered IS DISTINCT FROM $5
RETURNING 1`;

/** What stands in the place of a wait: the parked row, or the attempt under way. */
export const FIND_UNANSWERED = `SELECT true AS parked, answered, NULL AS point FROM parked_task WHERE task_id = $1 AND generation = $2
UNION ALL
SELECT false, NULL, point FROM attempt WHERE task_id = $1 AND generation = $2 AND outcome IS NULL
ORDER BY parked DESC LIMIT 1`;

export const CANCEL_PARKED = `WITH over AS (DELETE FROM parked_task WHERE task_id = $1 AND generation = $2 RETURNING step),
noted AS (
  UPDATE attempt SET told = $3 FROM over
  WHERE attempt.task_id = $1 AND attempt.generation = $2 AND attempt.step = over.step
), told AS (${outboxInsert(4, 'EXISTS (SELECT 1 FROM over)')})
SELECT 1 FROM over`;
