-- For which of their teams somebody asked (null: in none), and what the request uses of quotas, one entry a unit:
-- [{ "resource", "per", "scope", "max", "catalogId", "component" }]. Null: no document sets a quota.
ALTER TABLE requests ADD COLUMN team text, ADD COLUMN quota json;

-- Only requests with a cost are in it: what totals read, of all or of a team. Before teams were named it was the first one's.
CREATE INDEX requests_with_cost ON requests (tenant_id, coalesce(team, teams[1])) WHERE cost IS NOT NULL;

-- How much of a resource a team, a person or a tenant uses. Whoever submits locks the counters first, so that of two submissions the
-- second sees what the first has left.
CREATE TABLE quota_counters (
  tenant_id text COLLATE "C" NOT NULL,
  resource  text COLLATE "C" NOT NULL,
  per       text COLLATE "C" NOT NULL CHECK (per IN ('team', 'user', 'tenant')),
  scope     text COLLATE "C" NOT NULL,
  -- By requests that have not ended; by completed ones, until somebody releases them.
  reserved  integer NOT NULL CHECK (reserved >= 0),
  committed integer NOT NULL CHECK (committed >= 0),
  -- Of the document that was asked for last.
  max       bigint NOT NULL,
  PRIMARY KEY (tenant_id, resource, per, scope)
) WITH (fillfactor = 50);

-- Every unit that was ever used, by the request and its place in `requests.quota`, from 1. The counters are the sums of it.
CREATE TABLE quota_reservations (
  request_id uuid NOT NULL,
  unit       smallint NOT NULL,
  tenant_id  text COLLATE "C" NOT NULL,
  resource   text COLLATE "C" NOT NULL,
  per        text COLLATE "C" NOT NULL,
  scope      text COLLATE "C" NOT NULL,
  state      text NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, unit)
) WITH (fillfactor = 70);

-- Where a counter is not the sum of its units, or a unit does not stand as its request does: always empty.
CREATE VIEW quota_mismatches AS
SELECT tenant_id, resource, per, scope, NULL::uuid AS request_id,
  format('the counter says %s reserved and %s committed, its units %s and %s', coalesce(c.reserved, 0), coalesce(c.committed, 0),
    coalesce(u.reserved, 0), coalesce(u.committed, 0)) AS issue
FROM quota_counters c FULL JOIN (
  SELECT tenant_id, resource, per, scope, count(*) FILTER (WHERE state = 'reserved') AS reserved,
    count(*) FILTER (WHERE state = 'committed') AS committed
  FROM quota_reservations GROUP BY tenant_id, resource, per, scope
) u USING (tenant_id, resource, per, scope)
WHERE (coalesce(c.reserved, 0), coalesce(c.committed, 0)) IS DISTINCT FROM (coalesce(u.reserved, 0), coalesce(u.committed, 0))
UNION ALL
SELECT r.tenant_id, r.resource, r.per, r.scope, r.request_id, format('the unit is %s, its request %s', r.state, s.status)
FROM quota_reservations r JOIN request_states s USING (request_id)
WHERE (r.state = 'reserved') = (s.status IN ('completed', 'aborted')) OR (r.state = 'committed' AND s.status <> 'completed')
UNION ALL
SELECT q.tenant_id, NULL, NULL, NULL, q.id, 'the request has no units, or not all'
FROM requests q WHERE q.quota IS NOT NULL
  AND json_array_length(q.quota) <> (SELECT count(*) FROM quota_reservations r WHERE r.request_id = q.id);
