export const SUBSCRIPTION = `s.id, s.tenant_id, s.owner, s.scope, s.team, s.catalog_id, s.request_id, s.events, s.channel, s.target, s.sealed,
  s.settings, s.paused_reason, s.paused_at, s.failures, s.created_at`;

export const DELIVERY = `d.id, d.subscription_id, d.facts, d.status, d.held, d.bundle_id, d.tries, d.answer, d.problem, d.occurred_at, d.due_at,
  d.expires_at, d.ended_at`;

/** Those of a tenant are counted under a lock, so that two at once don't both take the last place. */
export const ADD_SUBSCRIPTION = `WITH place AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($2, 711)))
INSERT INTO notification_subscriptions
  (id, tenant_id, owner, scope, team, catalog_id, request_id, events, channel, target, sealed, settings, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM place
WHERE (SELECT count(*) FROM notification_subscriptions WHERE tenant_id = $2) < $14
RETURNING id`;

export const READ_SUBSCRIPTION = `SELECT ${SUBSCRIPTION} FROM notification_subscriptions s WHERE id = $1 AND tenant_id = $2`;

/** $1 tenant, $2 all, $3 e-mail address, $4 teams. */
const VISIBLE = `s.tenant_id = $1 AND ($2 OR (s.scope <> 'team' AND s.owner = $3) OR (s.scope = 'team' AND s.team = ANY ($4)))`;

export const LIST_SUBSCRIPTIONS = `SELECT ${SUBSCRIPTION} FROM notification_subscriptions s
WHERE ${VISIBLE} AND ($5::uuid IS NULL OR s.id < $5) ORDER BY s.id DESC LIMIT $6`;

export const SAVE_SUBSCRIPTION = `UPDATE notification_subscriptions SET events = $3, channel = $4, target = $5, sealed = $6, settings = $7,
  paused_reason = $8, paused_at = $9, failures = $10, next_at = CASE WHEN $10 = 0 THEN now() ELSE next_at END
WHERE id = $1 AND tenant_id = $2`;

export const REMOVE_SUBSCRIPTION = 'DELETE FROM notification_subscriptions WHERE id = $1 AND tenant_id = $2';

/** For several occurrences at once; `position` says which of them. */
export const CONCERNED = `SELECT o.position, ${SUBSCRIPTION}
FROM json_to_recordset($1) AS o (position integer, tenant_id text, event text, occurred_at timestamptz, catalog_id text, request_id uuid,
  requested_by text, users json, teams json)
JOIN notification_subscriptions s ON s.tenant_id = o.tenant_id AND o.event = ANY (s.events) AND s.created_at <= o.occurred_at
  AND (s.catalog_id IS NULL OR s.catalog_id = o.catalog_id) AND (s.request_id IS NULL OR s.request_id = o.request_id)
WHERE s.scope = 'all'
  OR (s.scope = 'own' AND (s.owner = o.requested_by OR s.owner IN (SELECT json_array_elements_text(o.users))))
  OR (s.scope = 'team' AND s.team IN (SELECT json_array_elements_text(o.teams)))`;

/** One that was removed meanwhile gets nothing. A day to be told, from when it is due. */
export const ADD_DELIVERIES = `INSERT INTO notification_deliveries
  (id, subscription_id, tenant_id, event_id, event, request_id, facts, held, occurred_at, due_at, expires_at)
SELECT new.id, s.id, s.tenant_id, $1, $3, $4, $5, new.held, $6, new.due_at, new.due_at + interval '24 hours'
FROM json_to_recordset($2) AS new (id uuid, subscription_id uuid, due_at timestamptz, held boolean)
JOIN notification_subscriptions s ON s.id = new.subscription_id
ON CONFLICT (event_id, subscription_id) DO NOTHING`;

export const ABOUT = `SELECT name, catalog_id, requested_by,
  (SELECT snapshot -> 'teams' FROM handovers WHERE request_id = $1) AS teams
FROM escalations WHERE request_id = $1 ORDER BY failed_at DESC LIMIT 1`;

export const LEASE = `UPDATE notification_subscriptions s
SET fence = fence + 1, lease_until = clock_timestamp() + make_interval(secs => $1)
WHERE s.id = (
  SELECT free.id FROM notification_subscriptions free
  WHERE free.paused_at IS NULL AND free.next_at <= clock_timestamp()
    AND (free.lease_until IS NULL OR free.lease_until <= clock_timestamp())
    AND EXISTS (SELECT 1 FROM notification_deliveries d
      WHERE d.subscription_id = free.id AND d.status = 'waiting' AND d.due_at <= clock_timestamp())
  ORDER BY free.next_at LIMIT 1 FOR UPDATE OF free SKIP LOCKED
) RETURNING ${SUBSCRIPTION}, s.fence`;

/** At most a hundred in one message: a list that is longer is read by nobody, and some channels cut it. */
export const BUNDLE = `UPDATE notification_deliveries SET bundle_id = $2 WHERE id IN (
  SELECT id FROM notification_deliveries
  WHERE subscription_id = $1 AND status = 'waiting' AND due_at <= clock_timestamp() AND held AND bundle_id IS NULL ORDER BY id LIMIT 100
)`;

export const TAKE = `SELECT ${DELIVERY} FROM notification_deliveries d
WHERE d.subscription_id = $1 AND d.status = 'waiting' AND d.due_at <= clock_timestamp() ORDER BY d.tries, d.bundle_id, d.id LIMIT 200`;

const MINE = 'EXISTS (SELECT 1 FROM notification_subscriptions WHERE id = $1 AND fence = $2)';

export const TOLD = `UPDATE notification_deliveries SET status = $4, answer = $5, problem = $6, due_at = coalesce($7, due_at), tries = tries + 1,
  ended_at = CASE WHEN $4 = 'waiting' THEN NULL ELSE clock_timestamp() END
WHERE id = ANY ($3) AND status = 'waiting' AND ${MINE}`;

export const RELEASE = `UPDATE notification_subscriptions SET lease_until = NULL, failures = $3, next_at = $4,
  paused_reason = coalesce($5, paused_reason), paused_at = CASE WHEN $5::text IS NULL THEN paused_at ELSE clock_timestamp() END
WHERE id = $1 AND fence = $2`;

const OF_VIEWER = `SELECT ${DELIVERY} FROM notification_deliveries d JOIN notification_subscriptions s ON s.id = d.subscription_id
WHERE ${VISIBLE}`;

export const READ_DELIVERY = `${OF_VIEWER} AND d.id = $5`;

export const LIST_DELIVERIES = `${OF_VIEWER} AND d.tenant_id = $1 AND ($5::uuid IS NULL OR d.id < $5)
  AND ($6::uuid IS NULL OR d.subscription_id = $6) AND ($7::uuid IS NULL OR d.request_id = $7) AND ($8::text IS NULL OR d.status = $8)
ORDER BY d.id DESC LIMIT $9`;

export const RESEND = `UPDATE notification_deliveries SET status = 'waiting', due_at = clock_timestamp(), ended_at = NULL, tries = 0,
  expires_at = clock_timestamp() + interval '24 hours' WHERE id = $1 AND status <> 'waiting' RETURNING id`;

export const REMOVE_ENDED = `DELETE FROM notification_deliveries WHERE ended_at < now() - make_interval(days => $1)`;
