// Whoever changes counters locks them in the order of their keys, and only after the requests and units it changes, so that no two
// wait for each other in a circle.

const KEY = 'tenant_id, resource, per, scope';

/**
 * Locks the counters of a submission until the transaction ends, and says what is used of them. The limit of the document asked for
 * last is kept for people to see.
 * $1 counters with their limits, none twice.
 */
export const LOCK_COUNTERS = {
  name: 'quota-lock',
  text: `INSERT INTO quota_counters AS c (${KEY}, reserved, committed, max)
  SELECT ${KEY}, 0, 0, max FROM json_populate_recordset(NULL::quota_counters, $1) ORDER BY ${KEY}
  ON CONFLICT (${KEY}) DO UPDATE SET max = excluded.max
  RETURNING ${KEY}, reserved + committed AS used`,
};

const sums = (units: string): string =>
  `SELECT ${KEY}, count(*) FILTER (WHERE state = 'reserved') AS reserved, count(*) FILTER (WHERE state = 'committed') AS committed,
    count(*) AS units FROM ${units} GROUP BY ${KEY}`;

/** Stores the units of requests that were just stored; their counters are there, and locked. $1 units. */
export const RESERVE = {
  name: 'quota-reserve',
  text: `WITH rows AS (
  INSERT INTO quota_reservations (request_id, unit, ${KEY}, state, changed_at)
  SELECT request_id, unit, ${KEY}, state, changed_at FROM json_populate_recordset(NULL::quota_reservations, $1)
  RETURNING ${KEY}, state
)
INSERT INTO quota_counters AS c (${KEY}, reserved, committed, max) SELECT ${KEY}, reserved, committed, 0 FROM (${sums('rows')}) AS sums
ON CONFLICT (${KEY}) DO UPDATE SET reserved = c.reserved + excluded.reserved, committed = c.committed + excluded.committed`,
};

const withCounters = (moved: string, change: string): string => `WITH moved AS (
  ${moved}
  RETURNING q.tenant_id, q.resource, q.per, q.scope, q.state
), sums AS (
  ${sums('moved')}
), locked AS (
  SELECT c.tenant_id, c.resource, c.per, c.scope FROM quota_counters c JOIN sums USING (${KEY})
  ORDER BY c.tenant_id, c.resource, c.per, c.scope FOR UPDATE OF c
)
UPDATE quota_counters c SET ${change}
FROM sums JOIN locked USING (${KEY})
WHERE (c.tenant_id, c.resource, c.per, c.scope) = (sums.tenant_id, sums.resource, sums.per, sums.scope)`;

/** Commits or releases what requests that have just ended had reserved. $1 ids of requests. */
export const SETTLE = {
  name: 'quota-settle',
  text: withCounters(
    `UPDATE quota_reservations q SET state = CASE s.status WHEN 'completed' THEN 'committed' ELSE 'released' END,
    changed_at = s.updated_at
  FROM request_states s WHERE q.request_id = ANY ($1::uuid[]) AND q.state = 'reserved' AND s.request_id = q.request_id
    AND s.request_id = ANY ($1::uuid[])
    AND s.status IN ('completed', 'aborted')`,
    'reserved = c.reserved - sums.units, committed = c.committed + sums.committed',
  ),
};

/** Gives back committed units. $1 id of the request, $2 numbers of units, $3 when. */
export const RELEASE = {
  name: 'quota-release',
  text: withCounters(
    `UPDATE quota_reservations q SET state = 'released', changed_at = $3
  WHERE q.request_id = $1 AND q.unit = ANY ($2::smallint[]) AND q.state = 'committed'`,
    'committed = c.committed - sums.units',
  ),
};

/** $1 tenant, $2 counters. */
export const USED = {
  name: 'quota-used',
  text: `SELECT (SELECT c.reserved + c.committed FROM quota_counters c WHERE c.tenant_id = $1 AND c.resource = counter ->> 'resource'
    AND c.per = counter ->> 'per' AND c.scope = counter ->> 'scope' OFFSET 0) AS used
  FROM json_array_elements($2) WITH ORDINALITY AS wanted (counter, place) ORDER BY place`,
};

export const UNIT_STATES = {
  name: 'quota-unit-states',
  text: 'SELECT state FROM quota_reservations WHERE request_id = $1 ORDER BY unit',
};
