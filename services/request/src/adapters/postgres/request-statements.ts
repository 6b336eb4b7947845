import { outboxInsert } from '@pao/postgres';
import { APPROVAL_CHANGES, APPROVAL_COLUMNS } from './approval-rows.ts';
import {
  AUDIT_COLUMNS,
  REQUEST_COLUMNS,
  STATE_COLUMNS,
  TASK_CHANGES,
  TASK_COLUMNS,
  UNDO_COLUMNS,
} from './request-rows.ts';
import { insertLogs, LOG_COLUMNS } from './task-logs.ts';

// Each statement takes what several calls have to write, since most of what a statement costs does not depend on how much it
// writes. Two rules keep them fast, whatever the size of a table when a statement was planned (test/plans.test.ts):
// - Rows and ids travel as JSON. Postgres takes one JSON text apart in half the time it needs for as many arrays as there are
//   columns, and guesses the same number of rows each time; by the length of an array it would plan anew at each call.
// - It guesses a hundred rows, for which it would read a small table as a whole, and go on to when the table has grown. So what is
//   looked up stands in a subquery of its own (OFFSET 0) or is named by an array made of a query.

/** Columns are named, so that one added later keeps its default. */
const insertRows = (table: string, columns: readonly string[], parameter: number, guard: string): string =>
  `INSERT INTO ${table} (${columns.join(', ')})
  SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, $${parameter}) WHERE ${guard}`;

const STORED = 'request_id IN (SELECT id FROM stored)';

/**
 * Submissions, each stored as a whole or not at all: `stale` when a document is no longer the one named, neither stored nor stale
 * when its key is taken. A key that another transaction is about to take is waited for.
 * $1 documents by submission, $2 keys by submission, $3 requests, $4 states, $5 tasks, $6 audit, $7 approvals, $8 and on messages.
 */
export const SUBMIT = {
  name: 'requests-submit',
  text: `WITH stale AS (
  SELECT DISTINCT submission FROM json_to_recordset($1) AS named (submission uuid, id text, hash text)
  WHERE NOT EXISTS (SELECT 1 FROM catalog_documents c WHERE c.id = named.id AND c.hash = named.hash AND NOT c.retired OFFSET 0)
), keyed AS (
  SELECT * FROM json_to_recordset($2) AS keyed (submission uuid, tenant_id text, principal text, route text, key text,
    fingerprint text, status smallint, body text)
), taken AS (
  INSERT INTO answers (tenant_id, principal, route, key, fingerprint, status, body)
  SELECT tenant_id, principal, route, key, fingerprint, status, body FROM keyed
  WHERE submission NOT IN (SELECT submission FROM stale)
  ON CONFLICT DO NOTHING RETURNING tenant_id, principal, route, key
), refused AS (
  SELECT submission FROM stale
  UNION ALL SELECT submission FROM keyed
  WHERE (tenant_id, principal, route, key) NOT IN (SELECT tenant_id, principal, route, key FROM taken)
), stored AS (
  ${insertRows('requests', REQUEST_COLUMNS, 3, 'submission_id NOT IN (SELECT submission FROM refused)')} RETURNING id, submission_id
), state_rows AS (
  ${insertRows('request_states', STATE_COLUMNS, 4, STORED)}
), task_rows AS (
  ${insertRows('tasks', TASK_COLUMNS, 5, STORED)}
), audit_rows AS (
  ${insertRows('audit', AUDIT_COLUMNS, 6, STORED)}
), approval_rows AS (
  ${insertRows('approvals', APPROVAL_COLUMNS, 7, STORED)}
), messages AS (
  ${outboxInsert(8, 'group_id IN (SELECT id::text FROM stored)')}
)
SELECT submission_id AS submission, 'stored' AS outcome FROM stored
UNION SELECT submission, 'catalog-changed' FROM stale`,
};

export const FIND_ANSWER = {
  name: 'requests-find-answer',
  text: `SELECT fingerprint, status, body FROM answers WHERE tenant_id = $1 AND principal = $2 AND route = $3 AND key = $4`,
};

export const FIND = {
  name: 'requests-find',
  text: `SELECT found.* FROM json_array_elements_text($1) AS wanted (id) CROSS JOIN LATERAL (
  SELECT r.*, s.status, s.decision, s.version, s.escalation_round, s.audit_sequence, encode(s.audit_hash, 'hex') AS audit_hash, s.updated_at, s.approvals,
    (SELECT json_agg(t ORDER BY t.position) FROM tasks t WHERE t.request_id = r.id) AS tasks
  FROM requests r JOIN request_states s ON s.request_id = r.id WHERE r.id = wanted.id::uuid OFFSET 0) AS found`,
};

const definitions = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([column, type]) => `${column} ${type}`)
    .join(', ');

const CHANGED = Object.keys(TASK_CHANGES).filter((column) => column !== 'request_id' && column !== 'position');
const MOVED = 'request_id IN (SELECT request_id FROM moved)';

const updateTasks = (parameter: number): string =>
  `UPDATE tasks SET ${CHANGED.map((column) => `${column} = given.${column}`).join(', ')}, resends = 0, resent_at = NULL
  FROM json_to_recordset($${parameter}) AS given (${definitions(TASK_CHANGES)})
  WHERE tasks.request_id = ANY (ARRAY(SELECT request_id FROM next)) AND tasks.request_id = given.request_id AND tasks.position = given.position
    AND given.${MOVED}`;

/** The lines that came with what moved a request. */
const LOGS = `next CROSS JOIN LATERAL json_to_recordset(next.logs) AS log (${LOG_COLUMNS}) WHERE next.logs IS NOT NULL AND next.${MOVED}`;

/**
 * Next versions of requests, no two of one request. Who changes the row of a request's state first wins: another writer waits for
 * that row, then finds another version. Only the winner's event is noted as handled.
 * $1 states, $2 tasks, $3 audit, $4 and on messages.
 */
export const SAVE = {
  name: 'requests-save',
  text: `WITH next AS (
  SELECT * FROM json_to_recordset($1) AS next (event_id uuid, request_id uuid, version integer, next_version integer, status text,
    decision text, completed_tasks smallint, skipped_tasks smallint, audit_sequence integer, audit_hash bytea, updated_at timestamptz, logs json)
), handled AS (
  SELECT request_id FROM next WHERE EXISTS (SELECT 1 FROM inbox WHERE inbox.event_id = next.event_id OFFSET 0)
), moved AS (
  UPDATE request_states s SET status = next.status, decision = next.decision, version = next.next_version,
    completed_tasks = next.completed_tasks, skipped_tasks = next.skipped_tasks, audit_sequence = next.audit_sequence, audit_hash = next.audit_hash,
    updated_at = next.updated_at
  FROM next WHERE s.request_id = ANY (ARRAY(SELECT request_id FROM next)) AND s.request_id = next.request_id AND s.version = next.version
    AND next.request_id NOT IN (SELECT request_id FROM handled)
  RETURNING s.request_id, next.event_id
), noted AS (
  INSERT INTO inbox (event_id) SELECT event_id FROM moved
), task_rows AS (
  ${updateTasks(2)}
), audit_rows AS (
  ${insertRows('audit', AUDIT_COLUMNS, 3, MOVED)}
), log_rows AS (
  ${insertLogs(LOGS)}
), messages AS (
  ${outboxInsert(4, 'group_id IN (SELECT request_id::text FROM moved)')}
)
SELECT request_id, 'saved' AS outcome FROM moved UNION ALL SELECT request_id, 'handled' FROM handled`,
};

const updateApprovals = (parameter: number): string =>
  `UPDATE approvals SET state = given.state, decided_by = given.decided_by, due_at = given.due_at
  FROM json_to_recordset($${parameter}) AS given (${definitions(APPROVAL_CHANGES)})
  WHERE approvals.id = ANY (ARRAY(SELECT id FROM json_to_recordset($${parameter}) AS named (id uuid))) AND approvals.id = given.id
    AND EXISTS (SELECT 1 FROM moved)`;

/**
 * The next version of one request by a person's decision, with the answer to the call. The request's row is locked before the key is
 * taken, so that of two calls with one key the second finds either another version or the key taken.
 * $1 state, $2 tasks, $3 audit, $4 answer, $5 approvals, $6 tasks that are new, $7 and on messages.
 */
export const SAVE_DECISION = {
  name: 'requests-save-decision',
  text: `WITH next AS (
  SELECT * FROM json_to_recordset($1) AS next (request_id uuid, version integer, status text, decision text,
    completed_tasks smallint, skipped_tasks smallint, total_tasks smallint, audit_sequence integer, audit_hash bytea,
    updated_at timestamptz, approvals json, escalation_round smallint)
), unchanged AS (
  SELECT s.request_id FROM request_states s JOIN next ON next.request_id = s.request_id AND next.version = s.version FOR UPDATE OF s
), keyed AS (
  SELECT * FROM json_to_recordset($4) AS keyed (tenant_id text, principal text, route text, key text, fingerprint text,
    status smallint, body text)
), taken AS (
  INSERT INTO answers (tenant_id, principal, route, key, fingerprint, status, body)
  SELECT tenant_id, principal, route, key, fingerprint, status, body FROM keyed WHERE EXISTS (SELECT 1 FROM unchanged)
  ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
  UPDATE request_states s SET status = next.status, decision = next.decision, version = s.version + 1,
    completed_tasks = next.completed_tasks, skipped_tasks = next.skipped_tasks, total_tasks = next.total_tasks,
    audit_sequence = next.audit_sequence, audit_hash = next.audit_hash, updated_at = next.updated_at, approvals = next.approvals,
    escalation_round = coalesce(next.escalation_round, s.escalation_round)
  FROM next WHERE s.request_id = ANY (ARRAY(SELECT request_id FROM unchanged)) AND s.request_id = next.request_id
    AND (SELECT count(*) FROM taken) = (SELECT count(*) FROM keyed)
  RETURNING s.request_id
), task_rows AS (
  ${updateTasks(2)}
), audit_rows AS (
  ${insertRows('audit', AUDIT_COLUMNS, 3, MOVED)}
), approval_rows AS (
  ${updateApprovals(5)}
), new_tasks AS (
  ${insertRows('tasks', UNDO_COLUMNS, 6, MOVED)}
), messages AS (
  ${outboxInsert(7, 'group_id IN (SELECT request_id::text FROM moved)')}
)
SELECT EXISTS (SELECT 1 FROM moved) AS saved, EXISTS (SELECT 1 FROM unchanged) AS unchanged`,
};
