import type { OutgoingMessage } from '@pao/bus';

/** How many parameters `outboxInsert` takes and `outboxValues` gives. */
export const OUTBOX_PARAMETERS = 1;

/**
 * SQL that writes outbox rows in the order given, as a member of the statement that changes state.
 * @param parameter number of the parameter that holds the rows: the one of `outboxValues`
 * @param guard condition under which the rows are written
 *
 * Rows of one group have to be numbered in the order of their commits. So the row of the aggregate they are about is locked
 * first: by the same statement, in a CTE that `guard` refers to (`EXISTS (SELECT 1 FROM updated)`; PostgreSQL runs CTEs in no
 * other order than that of what needs what), or by an earlier statement of the same transaction.
 */
export const outboxInsert = (parameter: number, guard = 'true'): string =>
  `INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body, traceparent)
SELECT event_id, destination, group_id, dedup_id, type, body, traceparent
FROM ROWS FROM (json_to_recordset($${parameter}::json)
    AS (event_id uuid, destination text, group_id text, dedup_id text, type text, body text, traceparent text))
  WITH ORDINALITY AS message (event_id, destination, group_id, dedup_id, type, body, traceparent, ordinal)
WHERE ${guard} ORDER BY ordinal`;

/** The parameters of `outboxInsert`: one JSON text, which costs PostgreSQL less than half of what an array a column does. */
export const outboxValues = (messages: readonly OutgoingMessage[]): unknown[] => [
  JSON.stringify(
    messages.map(({ id, destination, groupId, dedupId, type, body, traceparent }) => ({
      event_id: id,
      destination,
      group_id: groupId,
      dedup_id: dedupId,
      type,
      body,
      traceparent,
    })),
  ),
];

/**
 * SQL that records an event as handled and returns a row only the first time, for use as a CTE that the rest of the statement
 * depends on: `WITH inbox_row AS (${inboxInsert(1)}), … WHERE EXISTS (SELECT 1 FROM inbox_row)`.
 * @param parameter number of the parameter that holds the event id
 */
export const inboxInsert = (parameter: number): string =>
  `INSERT INTO inbox (event_id) VALUES ($${parameter}) ON CONFLICT DO NOTHING RETURNING 1`;
