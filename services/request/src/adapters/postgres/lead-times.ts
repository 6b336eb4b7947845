import type { Database } from '@pao/postgres';
import { type LeadTime, SEGMENTS, type TaskTimes, type TimedChange } from '../../core/domain/lead-time.ts';
import type {
  EndPlace,
  LeadTimeFacts,
  LeadTimeGroup,
  LeadTimeQuery,
  LeadTimeRow,
  LeadTimeSummary,
  LeadTimes,
} from '../../core/ports/lead-times.ts';

const UNRECORDED = `SELECT a.at, a.request_id AS "requestId", a.sequence FROM audit a
WHERE (a.at, a.request_id, a.sequence) > ($1, $2, $3) AND a.change IN ('request-completed', 'request-aborted')
  AND NOT EXISTS (SELECT 1 FROM lead_times l WHERE l.request_id = a.request_id)
ORDER BY a.at, a.request_id, a.sequence LIMIT $4`;

const TIMELINES = `SELECT r.id AS "requestId", r.tenant_id AS "tenantId", r.kind, r.catalog_id AS "catalogId",
  r.catalog_version AS "catalogVersion", coalesce(r.team, r.teams[1]) AS team, r.created_at AS "createdAt",
  (SELECT json_agg(json_build_object('at', a.at, 'taskId', a.task_id, 'change', a.change, 'to', a.to_status) ORDER BY a.sequence)
    FROM audit a WHERE a.request_id = r.id) AS changes,
  (SELECT json_agg(json_build_object('id', t.id, 'startedAt', t.started_at, 'finishedAt', t.finished_at))
    FROM tasks t WHERE t.request_id = r.id) AS tasks
FROM requests r WHERE r.id = ANY ($1::uuid[])`;

const MEASURES = ['total', ...SEGMENTS] as const;
const COLUMNS = [
  'request_id',
  'tenant_id',
  'kind',
  'catalog_id',
  'catalog_version',
  'team',
  'outcome',
  'submitted_at',
  'ended_at',
  ...MEASURES.map((measure) => `${measure}_ms`),
].join(', ');

const RECORD = `INSERT INTO lead_times (${COLUMNS})
SELECT ${COLUMNS} FROM json_populate_recordset(NULL::lead_times, $1) ON CONFLICT DO NOTHING`;

const KEYS: Readonly<Record<LeadTimeGroup, string>> = {
  item: 'catalog_id',
  team: "coalesce(team, '')",
  month: "to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM')",
};

const summaryStatement = (groupBy: LeadTimeGroup): string => `SELECT key, count(*) AS count, ${MEASURES.map(
  (measure) => `json_build_object('p50', percentile_disc(0.5) WITHIN GROUP (ORDER BY ${measure}_ms),
  'p90', percentile_disc(0.9) WITHIN GROUP (ORDER BY ${measure}_ms), 'mean', round(avg(${measure}_ms))) AS ${measure}`,
).join(',\n')}
FROM (SELECT ${KEYS[groupBy]} COLLATE "C" AS key, * FROM lead_times
  WHERE tenant_id = $1 AND outcome = $2 AND ended_at >= $3 AND ended_at < $4) l
WHERE $5::text IS NULL OR key > $5 GROUP BY key ORDER BY key LIMIT $6`;

interface TimelineRow extends LeadTimeFacts {
  readonly changes: readonly (Omit<TimedChange, 'at'> & { readonly at: string })[] | null;
  readonly tasks:
    | readonly { readonly id: string; readonly startedAt: string | null; readonly finishedAt: string | null }[]
    | null;
}

type Measured<T> = Readonly<Record<(typeof MEASURES)[number], T>>;

export const createPostgresLeadTimes = (database: Database): LeadTimes => ({
  progress: async () => {
    const [row] = await database.query<{ upTo: Date }>({ text: 'SELECT up_to AS "upTo" FROM lead_times_progress' });
    return row?.upTo;
  },
  saveProgress: async (upTo) => {
    const text = `INSERT INTO lead_times_progress (up_to) VALUES ($1) ON CONFLICT (singleton) DO UPDATE SET up_to = excluded.up_to`;
    await database.query({ text, values: [upTo] });
  },
  unrecorded: ({ at, requestId, sequence }, limit) =>
    database.query<EndPlace>({ text: UNRECORDED, values: [at, requestId, sequence, limit] }),
  timelines: async (requestIds) => {
    const rows = await database.query<TimelineRow>({ text: TIMELINES, values: [requestIds] });
    return rows.map(({ changes, tasks, ...facts }) => ({
      ...facts,
      changes: (changes ?? []).map((change) => ({ ...change, at: new Date(change.at) })),
      tasks: (tasks ?? []).map(taskTimes),
    }));
  },
  record: async (rows) => {
    if (rows.length > 0) await database.query({ text: RECORD, values: [JSON.stringify(rows.map(toRow))] });
  },
  find: async (requestId) => {
    const columns = MEASURES.map((measure) => `${measure}_ms AS ${measure}`).join(', ');
    const text = `SELECT ${columns} FROM lead_times WHERE request_id = $1`;
    const [row] = await database.query<LeadTime>({ name: 'lead-time', text, values: [requestId] });
    return row;
  },
  summarize: async ({ tenantId, groupBy, outcome, since, until, after, limit }: LeadTimeQuery) => {
    const values = [tenantId, outcome, since, until, after ?? null, limit];
    type Row = Pick<LeadTimeSummary, 'key' | 'count'> & Measured<LeadTimeSummary['segments']['total']>;
    const rows = await database.query<Row>({ text: summaryStatement(groupBy), values });
    return rows.map(({ key, count, ...segments }) => ({ key, count, segments }));
  },
});

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

const taskTimes = ({ id, startedAt, finishedAt }: NonNullable<TimelineRow['tasks']>[number]): TaskTimes => ({
  id,
  startedAt: date(startedAt),
  finishedAt: date(finishedAt),
});

const toRow = ({ leadTime, ...row }: LeadTimeRow) => ({
  request_id: row.requestId,
  tenant_id: row.tenantId,
  kind: row.kind,
  catalog_id: row.catalogId,
  catalog_version: row.catalogVersion,
  team: row.team,
  outcome: row.outcome,
  submitted_at: row.createdAt,
  ended_at: row.endedAt,
  ...Object.fromEntries(MEASURES.map((measure) => [`${measure}_ms`, leadTime[measure]])),
});
