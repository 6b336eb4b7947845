import { outboxInsert } from '@pao/postgres';

export const PARK = `WITH letter AS (
  INSERT INTO dead_letters (id, queue, message_id, type, group_id, dedup_id, traceparent, receive_count, sent_at, body, bytes, reason,
    flaw, tenant_id, request_id, task_id, generation, event_id, correlation_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (queue, message_id) DO NOTHING RETURNING id, reason
), change AS (
  INSERT INTO dead_letter_changes (letter_id, change, reason) SELECT id, 'parked', reason FROM letter
), sent AS (
  ${outboxInsert(20, 'EXISTS (SELECT 1 FROM letter)')}
)
SELECT count(*) AS count FROM letter`;

const ENDED = `coalesce(ended_by,
    (SELECT closed_by FROM escalations e WHERE e.request_id = letter.request_id
       AND closed_by IN ('request-completed', 'request-aborted') LIMIT 1),
    (SELECT settled_by FROM task_failures f WHERE f.request_id = letter.request_id AND settled_by IS NOT NULL LIMIT 1))`;

const LATER = `(SELECT max(r.generation) FROM retries r WHERE r.request_id = letter.request_id AND r.task_id = letter.task_id)`;

const WITH_PEOPLE = `EXISTS (SELECT 1 FROM tickets t
    WHERE t.request_id = letter.request_id AND t.task_id = letter.task_id AND t.generation = letter.generation)`;

/** All but the text, which may be long. */
const COLUMNS = `id, position, queue, message_id AS "messageId", type, group_id AS "groupId", dedup_id AS "dedupId", traceparent,
  receive_count AS "receiveCount", sent_at AS "sentAt", bytes, reason, flaw, tenant_id AS "tenantId", request_id AS "requestId",
  task_id AS "taskId", generation, event_id AS "eventId", correlation_id AS "correlationId", status, parked_at AS "parkedAt",
  ${ENDED} AS "endedBy", ${LATER} AS "laterGeneration", ${WITH_PEOPLE} AS "withPeople"`;

/** Whose: $1 the tenant, $2 whether also those that name none. */
const SCOPE = '(tenant_id = $1 OR ($2 AND tenant_id IS NULL))';

export const LIST = `SELECT ${COLUMNS} FROM dead_letters letter
WHERE ${SCOPE} AND status = $3 AND position > $4 AND ($5::text IS NULL OR queue = $5) AND ($6::text IS NULL OR type = $6)
  AND ($7::uuid IS NULL OR request_id = $7) AND ($8::timestamptz IS NULL OR parked_at >= $8)
ORDER BY position LIMIT $9`;

export const FIND = `SELECT ${COLUMNS} FROM dead_letters letter WHERE ${SCOPE} AND id = $3`;

export const BODY = 'SELECT body FROM dead_letters WHERE id = $1';

export const HISTORY = `SELECT at, change, by, reason, acknowledged_unknown AS "acknowledgedUnknown"
FROM dead_letter_changes WHERE letter_id = $1 ORDER BY at, change`;

export const SAME_EVENT = `SELECT id FROM dead_letters WHERE event_id = $1 AND queue = $2 AND id <> $3
  AND tenant_id IS NOT DISTINCT FROM $4 ORDER BY position LIMIT 50`;

const settle = (status: 'redriven' | 'discarded'): string => `letter AS (
  UPDATE dead_letters SET status = '${status}' WHERE id = $1 AND status = 'parked'
  RETURNING id, queue, group_id, type, body, traceparent
), change AS (
  INSERT INTO dead_letter_changes (letter_id, change, by, reason, acknowledged_unknown) SELECT id, '${status}', $2, $3, $4 FROM letter
)`;

/** Whoever is second finds it redriven. Its name for deduplication is new, or the bus might take it for the one it had before. */
export const REDRIVE = `WITH ${settle('redriven')}, sent AS (
  INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body, traceparent)
  SELECT $5, 'queue:' || queue, group_id, 'redrive-' || id, type, convert_from(body, 'UTF8'), traceparent FROM letter
)
SELECT count(*) AS count FROM letter`;

export const DISCARD = `WITH ${settle('discarded')} SELECT count(*) AS count FROM letter`;

/** Rows of the outbox name their tenant near the beginning of their text. */
const TO_BE_SENT = `SELECT group_id, created_at, event_id, destination, type FROM outbox
  WHERE substring(left(body, 2000) FROM '"tenantid":"([^"\\\\]*)"') = $1`;

export const GROUPS = `WITH waiting AS (
  SELECT group_id, request_id, parked_at AS at, true AS parked FROM dead_letters WHERE ${SCOPE} AND status = 'parked'
  UNION ALL
  SELECT group_id, NULL, created_at, false FROM (${TO_BE_SENT}) AS unsent
)
SELECT group_id AS "groupId", (array_agg(request_id) FILTER (WHERE request_id IS NOT NULL))[1] AS "requestId",
  count(*) FILTER (WHERE parked) AS parked, count(*) FILTER (WHERE NOT parked) AS "toBeSent", min(at) AS "oldestAt"
FROM waiting WHERE ($3::text IS NULL OR group_id > $3) GROUP BY group_id ORDER BY group_id LIMIT $4`;

export const GROUP = `SELECT id, 'queue:' || queue AS destination, type, status AS state, parked_at AS since
FROM dead_letters WHERE ${SCOPE} AND group_id = $3
UNION ALL
SELECT event_id, destination, type, 'to-be-sent', created_at FROM (${TO_BE_SENT}) AS unsent WHERE group_id = $3
ORDER BY since LIMIT 200`;
