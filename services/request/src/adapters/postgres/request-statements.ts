import { OUTBOX_PARAMETERS, outboxInsert } from '@pao/postgres';
import { AUDIT_COLUMNS, REQUEST_COLUMNS, STATE_COLUMNS, TASK_CHANGES, TASK_COLUMNS } from './request-rows.ts';

/** Adds the rows of a JSON text, if the guard holds. Columns are named, so that one added later keeps its default. */
const insertRows = (table: string, columns: readonly string[], parameter: number, guard: string): string =>
  `INSERT INTO ${table} (${columns.join(', ')})
  SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, $${parameter}) WHERE ${guard}`;

const ADMITTED = 'EXISTS (SELECT 1 FROM admitted)';

/** One statement, so one transaction and one round trip: the documents are still those named, the key is new, and all rows. */
const submit = (admission: string): string => `WITH catalog AS (
  SELECT count(*) = cardinality($1::text[]) AS is_current
  FROM unnest($1::text[], $2::text[]) AS pinned (id, hash) JOIN catalog_documents USING (id, hash) WHERE NOT retired
), admitted AS (
  ${admission}
), request_rows AS (
  ${insertRows('requests', REQUEST_COLUMNS, 3, ADMITTED)}
), state_rows AS (
  ${insertRows('request_states', STATE_COLUMNS, 4, ADMITTED)}
), task_rows AS (
  ${insertRows('tasks', TASK_COLUMNS, 5, ADMITTED)}
), audit_rows AS (
  ${insertRows('audit', AUDIT_COLUMNS, 6, ADMITTED)}
), messages AS (
  ${outboxInsert(7, ADMITTED)}
)
SELECT is_current, ${ADMITTED} AS admitted FROM catalog`;

const KEY = 7 + OUTBOX_PARAMETERS;

export const SUBMIT = { name: 'request-submit', text: submit('SELECT 1 FROM catalog WHERE is_current') };

/** Waits for a concurrent call with the same key and then admits nothing. */
export const SUBMIT_ONCE = {
  name: 'request-submit-once',
  text: submit(`INSERT INTO answers (tenant_id, principal, route, key, fingerprint, status, body)
  SELECT $${KEY}, $${KEY + 1}, $${KEY + 2}, $${KEY + 3}, $${KEY + 4}, $${KEY + 5}, $${KEY + 6} FROM catalog WHERE is_current
  ON CONFLICT DO NOTHING RETURNING 1`),
};

export const FIND_ANSWER = {
  name: 'request-find-answer',
  text: `SELECT fingerprint, status, body FROM answers WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4`,
};

export const FIND = {
  name: 'request-find',
  text: `SELECT r.*, s.status, s.decision, s.version, s.audit_sequence, encode(s.audit_hash, 'hex') AS audit_hash, s.updated_at,
  (SELECT json_agg(t ORDER BY t.position) FROM tasks t WHERE t.request_id = r.id) AS tasks
FROM requests r JOIN request_states s ON s.request_id = r.id WHERE r.id = $1`,
};

const CHANGES = Object.entries(TASK_CHANGES);
const CHANGED = Object.keys(TASK_CHANGES).filter((column) => column !== 'position');

const MOVED = 'EXISTS (SELECT 1 FROM moved)';

/**
 * The next version of a request. Who changes the row of its state first wins: another writer waits for that row, then finds
 * another version. Only the winner notes the event as handled.
 */
export const SAVE = {
  name: 'request-save',
  text: `WITH moved AS (
  UPDATE request_states SET status = $4, decision = $5, version = version + 1, completed_tasks = $6,
    audit_sequence = $7, audit_hash = decode($8, 'hex'), updated_at = $9
  WHERE request_id = $2 AND version = $3 AND NOT EXISTS (SELECT 1 FROM inbox WHERE event_id = $1)
  RETURNING 1
), noted AS (
  INSERT INTO inbox (event_id) SELECT $1 WHERE ${MOVED}
), task_rows AS (
  UPDATE tasks SET ${CHANGED.map((column) => `${column} = given.${column}`).join(', ')}, resends = 0, resent_at = NULL
  FROM json_to_recordset($10) AS given (${CHANGES.map(([column, type]) => `${column} ${type}`).join(', ')})
  WHERE tasks.request_id = $2 AND tasks.position = given.position AND ${MOVED}
), audit_rows AS (
  ${insertRows('audit', AUDIT_COLUMNS, 11, MOVED)}
), messages AS (
  ${outboxInsert(12, MOVED)}
)
SELECT ${MOVED} AS moved, EXISTS (SELECT 1 FROM inbox WHERE event_id = $1) AS handled`,
};
