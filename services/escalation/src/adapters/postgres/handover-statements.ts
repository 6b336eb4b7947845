const COLUMNS = `h.request_id, h.tenant_id, h.correlation_id, h.round, h.status, h.snapshot, clock_timestamp() AS now,
  (SELECT json_agg(ticket ORDER BY (ticket ->> 'round')::integer, (ticket ->> 'position')::integer)
   FROM tickets WHERE request_id = h.request_id) AS tickets,
  (SELECT json_agg(json_build_object('task_id', task_id, 'generation', generation, 'step', step, 'state', state, 'due_at', due_at,
     'tries', tries, 'probes', probes, 'fence', fence, 'problem', problem, 'detail', detail) ORDER BY task_id, generation, step)
   FROM ticket_steps WHERE request_id = h.request_id) AS steps`;

export const LOCK = 'SELECT 1 FROM handovers WHERE request_id = $1 FOR UPDATE';

/** A second statement, since that of the lock sees the tickets as they were before it waited. */
export const READ = `SELECT ${COLUMNS} FROM handovers h WHERE request_id = $1`;

export const READ_OF_TENANT = `${READ} AND tenant_id = $2`;

/** Whoever is second to write a new one waits here for the first. */
export const SAVE = `INSERT INTO handovers (request_id, tenant_id, correlation_id, round, status, snapshot, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (request_id) DO UPDATE SET round = excluded.round, status = excluded.status, due_at = excluded.due_at,
  correlation_id = excluded.correlation_id`;

export const SAVE_SNAPSHOT = 'UPDATE handovers SET snapshot = $2 WHERE request_id = $1';

export const SAVE_TICKETS = `INSERT INTO tickets (request_id, task_id, generation, state, issue_id, issue_key, ticket)
SELECT $1, task_id, generation, state, issue_id, issue_key, ticket
FROM json_to_recordset($2) AS row (task_id uuid, generation integer, state text, issue_id text, issue_key text, ticket json)
ON CONFLICT (request_id, task_id, generation) DO UPDATE
SET state = excluded.state, issue_id = excluded.issue_id, issue_key = excluded.issue_key, ticket = excluded.ticket`;

export const SAVE_STEPS = `INSERT INTO ticket_steps
  (request_id, task_id, generation, step, state, due_at, tries, probes, fence, problem, detail)
SELECT $1, task_id, generation, step, state, due_at, tries, probes, fence, problem, detail
FROM json_to_recordset($2) AS row (task_id uuid, generation integer, step text, state text, due_at timestamptz, tries integer,
  probes integer, fence integer, problem json, detail json)
ON CONFLICT (request_id, task_id, generation, step) DO UPDATE
SET state = excluded.state, due_at = excluded.due_at, tries = excluded.tries, probes = excluded.probes, fence = excluded.fence,
  problem = excluded.problem, detail = excluded.detail`;

const FREE = '(lease_until IS NULL OR lease_until <= clock_timestamp())';

export const LEASE = `UPDATE handovers SET fence = fence + 1, lease_until = clock_timestamp() + make_interval(secs => $1)
WHERE request_id = (
  SELECT request_id FROM handovers WHERE due_at <= clock_timestamp() AND ${FREE} ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING request_id, fence`;

export const EXTEND = `UPDATE handovers SET lease_until = clock_timestamp() + make_interval(secs => $3)
WHERE request_id = $1 AND fence = $2`;

export const REQUESTS_OF = 'SELECT DISTINCT request_id FROM tickets WHERE issue_id = $1 LIMIT 100';

export const LIST = `SELECT request_id, json_agg(ticket ORDER BY (ticket ->> 'round')::integer, (ticket ->> 'position')::integer) AS tickets
FROM tickets JOIN handovers USING (request_id) WHERE tenant_id = $1 AND request_id = ANY ($2) GROUP BY request_id`;
