import { inboxInsert } from '@pao/postgres';

/**
 * Opens one escalation. What the new one supersedes is closed first, so that there is never a second open one of its request; the
 * new one is closed itself when a later stop is stored or the evidence of its attempt was settled.
 */
export const OPEN = `WITH inbox_row AS (${inboxInsert(1)}), later AS (
  SELECT failed_at FROM escalations WHERE request_id = $4 AND failed_at > $17 ORDER BY failed_at LIMIT 1
), retried AS (
  SELECT retried_at FROM retries WHERE request_id = $4 AND task_id = $5 AND generation > $6 ORDER BY generation LIMIT 1
), settled AS (
  SELECT settled_at, settled_by FROM task_failures
  WHERE request_id = $4 AND task_id = $5 AND generation = $6 AND settled_at IS NOT NULL LIMIT 1
), superseded AS (
  UPDATE escalations SET status = 'closed', closed_by = 'superseded', closed_at = $17
  WHERE request_id = $4 AND status = 'open' AND failed_at <= $17 AND NOT (task_id = $5 AND generation = $6)
    AND EXISTS (SELECT 1 FROM inbox_row)
  RETURNING 1
), verdict AS (
  -- Counting makes sure that the update above has been done before the insert below.
  SELECT (SELECT failed_at FROM later) AS later, (SELECT retried_at FROM retried) AS retried,
    (SELECT settled_at FROM settled) AS settled, (SELECT settled_by FROM settled) AS settled_by,
    (SELECT count(*) FROM superseded) AS superseded
)
INSERT INTO escalations (id, tenant_id, request_id, task_id, generation, status, closed_by, closed_at, catalog_id, catalog_version,
  name, requested_by, correlation_id, task, failure, stuck, completed_tasks, total_tasks, failed_at)
SELECT $2, $3, $4, $5, $6,
  CASE WHEN coalesce(later, retried, settled) IS NULL THEN 'open' ELSE 'closed' END,
  CASE WHEN later IS NOT NULL THEN 'superseded' WHEN retried IS NOT NULL THEN 'request-retried'
    WHEN settled IS NOT NULL THEN coalesce(settled_by, 'request-completed') END,
  coalesce(later, retried, settled), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
FROM verdict WHERE EXISTS (SELECT 1 FROM inbox_row) AND superseded >= 0
ON CONFLICT (request_id, task_id, generation) DO NOTHING RETURNING 1`;

export const RECORD_TASK_FAILURE = `WITH inbox_row AS (${inboxInsert(1)})
INSERT INTO task_failures (event_id, tenant_id, request_id, task_id, generation, kind, stuck, failure, started_at, detected_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE EXISTS (SELECT 1 FROM inbox_row)`;

/** Of requests that end, those that anything is known of here. Most complete without ever having stopped. */
export const KNOWN = `SELECT wanted.id FROM unnest($1::uuid[]) AS wanted (id)
WHERE EXISTS (SELECT 1 FROM escalations WHERE request_id = wanted.id)
  OR EXISTS (SELECT 1 FROM task_failures WHERE request_id = wanted.id)
  OR EXISTS (SELECT 1 FROM dead_letters WHERE request_id = wanted.id)
  OR EXISTS (SELECT 1 FROM handovers WHERE request_id = wanted.id)`;

export const SETTLE = `WITH closed AS (
  UPDATE escalations SET status = 'closed', closed_by = $3, closed_at = $2
  WHERE request_id = $1 AND status = 'open' AND failed_at <= $2
), settled AS (
  UPDATE task_failures SET settled_at = $2, settled_by = $3 WHERE request_id = $1 AND settled_at IS NULL
), dead AS (
  UPDATE dead_letters SET ended_by = $3 WHERE request_id = $1 AND ended_by IS NULL
)
SELECT EXISTS (SELECT 1 FROM handovers WHERE request_id = $1) AS handed_over`;

export const IS_SETTLED = 'SELECT 1 FROM task_failures WHERE request_id = $1 AND settled_at IS NOT NULL LIMIT 1';

/** What stopped already in the attempt that the retry began stays open. */
export const RESUME = `WITH retried AS (
  SELECT id, generation FROM json_to_recordset($3) AS retried (id uuid, generation integer)
), closed AS (
  UPDATE escalations SET status = 'closed', closed_by = 'request-retried', closed_at = $2
  WHERE request_id = $1 AND status = 'open' AND failed_at <= $2
    AND NOT EXISTS (SELECT 1 FROM retried WHERE retried.id = task_id AND retried.generation <= escalations.generation)
)
INSERT INTO retries (request_id, task_id, generation, retried_at)
SELECT $1, id, generation, $2 FROM retried ON CONFLICT DO NOTHING`;

export const COLUMNS = `id, tenant_id, request_id, task_id, generation, status, closed_by, closed_at, catalog_id, catalog_version,
  name, requested_by, correlation_id, task, failure, stuck, completed_tasks, total_tasks, failed_at`;
