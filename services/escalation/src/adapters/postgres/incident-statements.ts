export const INCIDENT_COLUMNS = `id, tenant_id, catalog_id, action_id, failure_code, target_host, status, stops, first_at, last_at,
  opened_at, closed_at, closed_by, reason`;

/** The incident that was closed after the stop happened: it belongs there, though it comes late. */
export const CLOSED_MEANWHILE = `SELECT id FROM incidents
WHERE tenant_id = $1 AND catalog_id = $2 AND action_id = $3 AND failure_code = $4 AND target_host = $5
  AND status = 'closed' AND closed_at >= $6 AND first_at <= $6
ORDER BY closed_at LIMIT 1`;

/** The one group of a fingerprint that is not closed, made where there is none, and locked until the transaction ends. */
export const TAKE_LIVE = `INSERT INTO incidents (id, tenant_id, catalog_id, action_id, failure_code, target_host, status, stops, first_at, last_at)
VALUES ($1, $2, $3, $4, $5, $6, 'forming', 0, $7, $7)
ON CONFLICT (tenant_id, catalog_id, action_id, failure_code, target_host) WHERE status <> 'closed'
DO UPDATE SET stops = incidents.stops
RETURNING ${INCIDENT_COLUMNS}`;

export const BEGIN_ANEW = `WITH apart AS (UPDATE escalations SET incident_id = NULL WHERE incident_id = $1)
UPDATE incidents SET stops = 0, first_at = $2, last_at = $2 WHERE id = $1`;

export const JOIN = `UPDATE escalations SET incident_id = $2 WHERE id = $1`;

/** A second request makes an incident of it. `opens` is told of the state before. */
export const COUNT = `WITH before AS (SELECT status FROM incidents WHERE id = $1)
UPDATE incidents SET stops = stops + 1, first_at = least(first_at, $3), last_at = greatest(last_at, $3),
  status = CASE WHEN incidents.status = 'forming' AND several.are THEN 'open' ELSE incidents.status END,
  opened_at = CASE WHEN incidents.status = 'forming' AND several.are THEN clock_timestamp() ELSE opened_at END
FROM before, (SELECT EXISTS (SELECT 1 FROM escalations WHERE incident_id = $1 AND request_id <> $2) AS are) AS several
WHERE id = $1
RETURNING ${INCIDENT_COLUMNS.replace('status', 'incidents.status')}, before.status = 'forming' AND incidents.status = 'open' AS opens`;

const COUNTED = `SELECT incident.*, counted.requests, counted.waiting, counted.stuck FROM incidents AS incident, LATERAL (
  SELECT count(DISTINCT request_id) AS requests, count(*) FILTER (WHERE status = 'open') AS waiting,
    count(*) FILTER (WHERE status = 'open' AND stuck IS NOT NULL) AS stuck
  FROM escalations WHERE incident_id = incident.id
) AS counted`;

export const countedWhere = (condition: string, limit: string): string =>
  `${COUNTED} WHERE ${condition} ORDER BY incident.opened_at DESC, incident.id DESC LIMIT ${limit}`;

/** The last stop of each request that is of the incident. */
export const requestsOf = (
  next: string,
): string => `SELECT stop.id, stop.request_id, stop.name, stop.requested_by, stop.status, stop.stuck,
  stop.failure, stop.failed_at
FROM escalations AS stop JOIN incidents AS incident ON incident.id = stop.incident_id
WHERE stop.incident_id = $2 AND incident.tenant_id = $1 AND incident.status <> 'forming' ${next}
  AND NOT EXISTS (
    SELECT 1 FROM escalations AS later WHERE later.request_id = stop.request_id AND later.incident_id = stop.incident_id
      AND (later.failed_at, later.id) > (stop.failed_at, stop.id)
  )
ORDER BY stop.failed_at DESC, stop.id DESC LIMIT $3`;

export const CLOSE = `UPDATE incidents SET status = 'closed', closed_at = clock_timestamp(), closed_by = $3, reason = $4
WHERE id = $2 AND tenant_id = $1 AND status = 'open'`;

export const CLOSE_QUIET = `UPDATE incidents SET status = 'closed', closed_at = clock_timestamp(), reason = $2
WHERE status = 'open' AND last_at < $1
  AND NOT EXISTS (SELECT 1 FROM escalations WHERE incident_id = incidents.id AND escalations.status = 'open')`;

/** Skips what a stop has just taken: it is not quiet any more. */
export const FORGET_QUIET = `WITH quiet AS (
  SELECT id FROM incidents WHERE status = 'forming' AND last_at < $1 FOR UPDATE SKIP LOCKED LIMIT 1000
)
UPDATE escalations SET incident_id = NULL WHERE incident_id IN (SELECT id FROM quiet)`;

export const DELETE_QUIET = `DELETE FROM incidents WHERE status = 'forming' AND last_at < $1
  AND NOT EXISTS (SELECT 1 FROM escalations WHERE incident_id = incidents.id)`;
