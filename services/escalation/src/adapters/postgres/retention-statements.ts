/** Of letters that a statement names: their changes go first. */
const WITH_CHANGES = `changes AS (DELETE FROM dead_letter_changes USING old WHERE letter_id = old.id),
gone AS (DELETE FROM dead_letters USING old WHERE dead_letters.id = old.id RETURNING 1)`;

/** $1 after, $2 below, $3 how many, $4 limit. Ended: completed or aborted, and nothing of it is open, due or younger than the limit. */
export const OLD_REQUESTS = `WITH looked AS (
  SELECT request_id FROM (
    (SELECT DISTINCT request_id FROM escalations WHERE request_id > $1 AND request_id < $2 ORDER BY request_id LIMIT $3)
    UNION
    (SELECT DISTINCT request_id FROM task_failures WHERE request_id > $1 AND request_id < $2 ORDER BY request_id LIMIT $3)
    UNION
    (SELECT request_id FROM handovers WHERE request_id > $1 AND request_id < $2 ORDER BY request_id LIMIT $3)
  ) AS known ORDER BY request_id LIMIT $3
), ended AS (
  SELECT request_id FROM looked
  WHERE NOT EXISTS (SELECT 1 FROM escalations e WHERE e.request_id = looked.request_id AND (status = 'open' OR closed_at >= $4))
    AND NOT EXISTS (SELECT 1 FROM task_failures f WHERE f.request_id = looked.request_id AND (settled_at IS NULL OR settled_at >= $4))
    AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.request_id = looked.request_id
      AND (status <> 'ended' OR due_at IS NOT NULL OR created_at >= $4))
    AND (EXISTS (SELECT 1 FROM task_failures f WHERE f.request_id = looked.request_id)
      OR EXISTS (SELECT 1 FROM escalations e WHERE e.request_id = looked.request_id
        AND closed_by IN ('request-completed', 'request-aborted')))
), steps AS (
  DELETE FROM ticket_steps USING ended WHERE ticket_steps.request_id = ended.request_id
), tickets_gone AS (
  DELETE FROM tickets USING ended WHERE tickets.request_id = ended.request_id
), handovers_gone AS (
  DELETE FROM handovers USING ended WHERE handovers.request_id = ended.request_id
), failures AS (
  DELETE FROM task_failures USING ended WHERE task_failures.request_id = ended.request_id
), retries_gone AS (
  DELETE FROM retries USING ended WHERE retries.request_id = ended.request_id
), escalations_gone AS (
  DELETE FROM escalations USING ended WHERE escalations.request_id = ended.request_id
), old AS (
  SELECT id FROM dead_letters JOIN ended USING (request_id)
), ${WITH_CHANGES}
SELECT (SELECT request_id FROM looked ORDER BY request_id DESC LIMIT 1) AS last, (SELECT count(*) FROM ended) AS removed`;

const removeLetters = (condition: string): string => `WITH old AS (
  SELECT id FROM dead_letters WHERE parked_at < $1 AND ${condition} ORDER BY parked_at LIMIT $2
), ${WITH_CHANGES}
SELECT NULL AS last, (SELECT count(*) FROM gone) AS removed`;

/** Commands, whatever became of them. */
export const OLD_COMMANDS = removeLetters(`type = 'execute-task.v1'`);

/** Those that somebody decided about, and those of requests that are over. */
export const OLD_LETTERS = removeLetters(`(status <> 'parked' OR ended_by IS NOT NULL)`);

export const OLD_INCIDENTS = `WITH gone AS (
  DELETE FROM incidents WHERE id IN (
    SELECT id FROM incidents WHERE status = 'closed' AND closed_at < $1
      AND NOT EXISTS (SELECT 1 FROM escalations WHERE incident_id = incidents.id)
    ORDER BY closed_at LIMIT $2
  ) RETURNING 1
)
SELECT NULL AS last, (SELECT count(*) FROM gone) AS removed`;
