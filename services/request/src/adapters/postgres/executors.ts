import { POOL_SILENT_AFTER_MS } from '@pao/contracts';
import type { Database } from '@pao/postgres';
import type { Announcement } from '../../core/domain/pools.ts';
import type { Executors } from '../../core/ports/executors.ts';

const ANNOUNCE = `INSERT INTO executors AS e (pool, instance, action_types, announced_at, stopping) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pool, instance) DO UPDATE SET action_types = excluded.action_types, announced_at = excluded.announced_at, stopping = excluded.stopping
WHERE excluded.announced_at > e.announced_at`;

const LIST = `SELECT pool, instance, action_types AS "actionTypes", announced_at AS "announcedAt", stopping FROM executors
WHERE announced_at > now() - interval '30 days' ORDER BY pool, instance`;

const QUEUED = `SELECT t.executor AS pool, count(*) AS count FROM request_states s JOIN tasks t USING (request_id)
WHERE s.tenant_id = $1 AND s.status IN ('submitted', 'processing', 'retrying', 'rolling-back', 'failed', 'aborting') AND s.status <> 'completed'
  AND t.status = 'queued' GROUP BY t.executor`;

const REMOVE = `WITH gone AS (DELETE FROM executors WHERE announced_at < now() - interval '30 days' RETURNING 1) SELECT count(*) AS count FROM gone`;

/** Of the executors of one pool together, at the time `$1`. */
export const IS_SILENT = `coalesce(max(announced_at) FILTER (WHERE NOT stopping), '-infinity') < $1::timestamptz - make_interval(secs => ${POOL_SILENT_AFTER_MS / 1_000})`;

export const createPostgresExecutors = (database: Database): Executors => ({
  announce: async ({ pool, instance, actionTypes, announcedAt, stopping }) => {
    const values = [pool, instance, JSON.stringify(actionTypes), announcedAt, stopping];
    await database.query({ text: ANNOUNCE, values });
  },
  list: () => database.query<Announcement>({ name: 'executors-list', text: LIST }),
  queued: async (tenantId) => {
    const rows = await database.query<{ pool: string; count: number }>({ text: QUEUED, values: [tenantId] });
    return new Map(rows.map(({ pool, count }) => [pool, count]));
  },
  removeOld: async () => {
    const [row] = await database.query<{ count: number }>({ text: REMOVE });
    return row?.count ?? 0;
  },
});
