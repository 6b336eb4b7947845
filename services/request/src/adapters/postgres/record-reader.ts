import { firstUuidV7 } from '@pao/kernel';
import type { Database } from '@pao/postgres';
import type { Finding, StoredRecord } from '../../core/domain/attention.ts';
import type { Patience, RecordReader, RecordWalk, WalkPlace } from '../../core/ports/attention.ts';
import { IS_SILENT } from './executors.ts';

/** Which wait is too long: the name of its kind, whose time counts, and the patience there is. */
const SILENT = `WITH patience AS (
  SELECT $1::timestamptz - make_interval(secs => $2::float8) AS queued, $1::timestamptz - make_interval(secs => $3::float8) AS processing,
    $1::timestamptz - make_interval(secs => $4::float8) AS waiting
), tasks_at AS (
  SELECT s.tenant_id, s.status AS of_request, s.updated_at, t.*, CASE t.status WHEN 'queued' THEN t.queued_at
    ELSE coalesce((t.waiting_for ->> 'until')::timestamptz, greatest(coalesce(t.started_at, t.queued_at), CASE t.status WHEN 'waiting' THEN s.updated_at END)) END AS since,
    t.waiting_for IS NOT NULL AS is_parked
  FROM request_states s JOIN tasks t USING (request_id)
  WHERE s.status IN ('submitted', 'processing', 'retrying', 'rolling-back', 'failed') AND s.status <> 'completed'
    AND t.status IN ('queued', 'processing', 'waiting')
), found AS (
  SELECT CASE WHEN t.status = 'queued' THEN 'task-unanswered' WHEN t.status = 'processing' OR is_parked THEN 'task-silent' ELSE 'task-waits-long' END AS kind,
    request_id || '/' || position AS subject, tenant_id, request_id,
    format('task %s (%s) is %s, in generation %s%s', position, name, t.status, generation,
      CASE WHEN resends > 0 THEN format(', its command was sent again %s times', resends) END) AS message, since
  FROM tasks_at t, patience p
  WHERE since < CASE WHEN t.status = 'queued' OR is_parked THEN p.queued WHEN t.status = 'processing' THEN p.processing ELSE p.waiting END
  UNION ALL
  SELECT CASE status WHEN 'aborting' THEN 'abort-unanswered' ELSE 'escalation-without-tickets' END, request_id::text, tenant_id, request_id,
    format('the request is %s', status), updated_at
  FROM request_states s, patience p
  WHERE s.status IN ('aborting', 'escalating') AND s.status <> 'completed' AND s.updated_at < p.queued
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY kind ORDER BY since) AS rank FROM found
)
SELECT kind, subject, tenant_id AS "tenantId", request_id AS "requestId", message, since FROM ranked WHERE rank <= $5`;

const UNPUBLISHED = `SELECT 'message-unpublished' AS kind, destination AS subject, NULL AS "tenantId", NULL AS "requestId",
  format('%s messages for %s wait', count(*), destination) AS message, min(created_at) AS since
FROM outbox GROUP BY destination HAVING min(created_at) < $1::timestamptz - make_interval(secs => $2::float8)`;

const POOLS = `WITH silent AS (
  SELECT pool, max(announced_at) AS since FROM executors GROUP BY pool HAVING ${IS_SILENT}
)
SELECT 'pool-silent' AS kind, s.pool AS subject, NULL AS "tenantId", NULL AS "requestId", s.since,
  format('no executor of the pool %s runs, and %s tasks wait for it', s.pool, count(*)) AS message
FROM silent s JOIN tasks t ON t.executor = s.pool JOIN request_states r USING (request_id)
WHERE r.status IN ('submitted', 'processing', 'retrying', 'rolling-back', 'failed') AND r.status <> 'completed' AND t.status = 'queued'
GROUP BY s.pool, s.since LIMIT $2`;

const QUOTAS = `SELECT DISTINCT ON (subject) 'quota-differs' AS kind, subject, tenant_id AS "tenantId", request_id AS "requestId",
  issue AS message, $1::timestamptz AS since
FROM (SELECT *, coalesce(request_id::text, concat_ws('/', tenant_id, resource, per, scope)) AS subject FROM quota_mismatches LIMIT $2) q`;

const ACTIVE = `SELECT * FROM request_states WHERE status NOT IN ('completed', 'aborted') AND status <> 'completed'
  AND (tenant_id, status, request_id) > ($1, $2, $3::uuid) ORDER BY tenant_id, status, request_id LIMIT $4`;

const ENDED = `SELECT * FROM request_states WHERE status IN ('completed', 'aborted') AND request_id > $1::uuid ORDER BY request_id LIMIT $2`;

/** One statement, so that all records are of the same moment. */
const recordsOf = (
  states: string,
): string => `SELECT s.request_id AS "requestId", s.tenant_id AS "tenantId", s.status, s.decision,
  s.completed_tasks AS "completedTasks", s.skipped_tasks AS "skippedTasks", s.total_tasks AS "totalTasks", s.updated_at AS "updatedAt",
  ARRAY(SELECT t.status FROM tasks t WHERE t.request_id = s.request_id ORDER BY t.position) AS "taskStatuses",
  (SELECT count(t.rollback_of)::int FROM tasks t WHERE t.request_id = s.request_id) AS undos,
  json_build_object('sequence', s.audit_sequence, 'hash', encode(s.audit_hash, 'hex')) AS head,
  (SELECT json_build_object('sequence', a.sequence, 'hash', encode(a.hash, 'hex')) FROM audit a
    WHERE a.request_id = s.request_id ORDER BY a.sequence DESC LIMIT 1) AS "lastRow"
FROM (${states}) s`;

const BEFORE_ALL = ['', '', '00000000-0000-0000-0000-000000000000'] as const;

const seconds = ({ queuedMs, processingMs, waitingMs }: Patience): readonly number[] =>
  [queuedMs, processingMs, waitingMs].map((ms) => ms / 1_000);

const walkStatement = (walk: RecordWalk, after: WalkPlace | undefined, limit: number) =>
  walk.kind === 'active'
    ? { text: recordsOf(ACTIVE), values: [...(after ?? BEFORE_ALL), limit] }
    : { text: recordsOf(ENDED), values: [...(after ?? [firstUuidV7(walk.since)]), limit] };

const placeOf = ({ kind }: RecordWalk, { tenantId, status, requestId }: StoredRecord): WalkPlace =>
  kind === 'active' ? [tenantId, status, requestId] : [requestId];

/** In Postgres. Pages of a walk are short statements by an index, however many requests there are. */
export const createPostgresRecordReader = (database: Database): RecordReader => ({
  silentTasks: ({ at, patience, limit }) =>
    database.query<Finding>({ text: SILENT, values: [at, ...seconds(patience), limit] }),
  unpublished: ({ at, patience }) =>
    database.query<Finding>({ text: UNPUBLISHED, values: [at, patience.queuedMs / 1_000] }),
  silentPools: ({ at, limit }) => database.query<Finding>({ text: POOLS, values: [at, limit] }),
  quotaMismatches: ({ at, limit }) => database.query<Finding>({ text: QUOTAS, values: [at, limit] }),
  records: async (walk, { after, limit }) => {
    const records = await database.query<StoredRecord>(walkStatement(walk, after, limit));
    const last = records.length === limit ? records.at(-1) : undefined;
    return { records, next: last && placeOf(walk, last) };
  },
});
