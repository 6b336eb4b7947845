import type { Database, Statement } from '@pao/postgres';
import type { LogChunk, LogLevel } from '../../core/domain/task-log.ts';
import type {
  LinePlace,
  LogBatch,
  LogPage,
  LogPosition,
  LogTotals,
  StoredLine,
  TaskLogs,
} from '../../core/ports/task-logs.ts';
import { createConditions } from './conditions.ts';

/** Columns of a row of `task_logs`, as JSON that comes with a statement. */
export const LOG_COLUMNS = `task_id uuid, generation integer, first_sequence integer, last_sequence integer, line_count smallint,
    bytes integer, lines json`;
const LOG_NAMES = 'task_id, generation, first_sequence, last_sequence, line_count, bytes, lines';

/** Rows as JSON, for whichever statement keeps them. */
export const logRow = (chunk: LogChunk) => ({
  task_id: chunk.taskId,
  generation: chunk.generation,
  first_sequence: chunk.firstSequence,
  last_sequence: chunk.lastSequence,
  line_count: chunk.lineCount,
  bytes: chunk.bytes,
  lines: chunk.lines,
});

/** Places are taken in the order of commits: the request's row is locked before, by the CTE that `source` names. */
export const insertLogs = (source: string): string =>
  `INSERT INTO task_logs (request_id, ${LOG_NAMES}) SELECT request_id, ${LOG_NAMES} FROM ${source} ON CONFLICT DO NOTHING`;

const APPEND = {
  name: 'task-logs-append',
  text: `WITH held AS (
  SELECT request_id FROM request_states WHERE request_id = $1 FOR NO KEY UPDATE
), kept AS (${insertLogs(`held CROSS JOIN json_to_record($2) AS log (${LOG_COLUMNS})`)} RETURNING 1)
SELECT count(*) AS count FROM kept`,
};

const TOTALS = {
  name: 'task-logs-totals',
  text: `SELECT coalesce(sum(line_count), 0) AS lines, coalesce(sum(bytes), 0) AS bytes, coalesce(max(last_sequence), 0) AS "lastSequence"
FROM task_logs WHERE request_id = $1 AND task_id = $2 AND generation = $3`,
};

const LAST_POSITIONS = {
  name: 'task-logs-positions',
  text: `SELECT request_id AS "requestId", max(position) AS position FROM task_logs WHERE request_id = ANY ($1::uuid[]) GROUP BY request_id`,
};

const NO_TASK = '00000000-0000-0000-0000-000000000000';

/** Lines of executors, each once: who sends a line twice has sent it once. */
const told = (chosen: string): string => `SELECT DISTINCT ON (l.task_id, l.generation, line.sequence)
  line.at, 'executor' AS source, l.task_id AS lane, l.task_id, l.generation, line.sequence, line.level,
  json_build_object('message', line.message, 'data', line.data, 'progress', line.progress) AS line, NULL::json AS change,
  l.position, 0 AS audit
FROM task_logs l CROSS JOIN LATERAL json_to_recordset(l.lines)
  AS line (sequence integer, at timestamptz, level text, message text, data json, progress json)
WHERE l.request_id = $1 ${chosen}`;

const decided = (
  chosen: string,
): string => `SELECT a.at, 'request' AS source, '${NO_TASK}'::uuid AS lane, a.task_id, 0 AS generation,
  a.sequence, CASE WHEN a.change IN ('task-failed', 'task-stuck', 'request-failed') THEN 'error' ELSE 'info' END AS level,
  NULL::json AS line, json_build_object('change', a.change, 'from', a.from_status, 'to', a.to_status, 'actor', a.actor,
    'reason', a.reason, 'generation', a.generation) AS change, 0 AS position, a.sequence AS audit
FROM audit a WHERE a.request_id = $1 ${chosen}`;

const BETWEEN = {
  name: 'task-logs-between',
  text: `SELECT * FROM (${told('AND l.position > $2 AND l.position <= $4')}) AS told
UNION ALL ${decided('AND a.sequence > $3 AND a.sequence <= $5')}
ORDER BY at, source, lane, generation, sequence`,
};

const ORDER = ['at', 'source', 'lane', 'generation', 'sequence'] as const;
const RANKS: Readonly<Record<LogLevel, readonly LogLevel[]>> = {
  debug: [],
  info: ['info', 'warn', 'error'],
  warn: ['warn', 'error'],
  error: ['error'],
};

/** Not prepared: it depends on what is asked for. */
const pageStatement = ({ requestId, taskId, level, since, from, limit }: LogPage): Statement => {
  const all = createConditions();
  all.given(requestId);
  if (taskId !== undefined) all.add(`task_id = ${all.given(taskId)}`);
  if (level !== undefined && level !== 'debug') all.add(`level = ANY (${all.given(RANKS[level])}::text[])`);
  if (since !== undefined) all.add(`at >= ${all.given(since)}`);
  const forward = from?.direction === 'after';
  if (from) {
    const { at, source, lane, generation, sequence } = from.place;
    const [time, text, id, ...numbers] = [at, source, lane || NO_TASK, generation, sequence].map((v) => all.given(v));
    const place = [`${time}::timestamptz`, `${text}::text`, `${id}::uuid`, ...numbers.map((n) => `${n}::integer`)];
    all.add(`(${ORDER.join(', ')}) ${forward ? '>' : '<'} (${place.join(', ')})`);
  }
  all.add('true');
  const order = ORDER.map((column) => `${column} ${forward ? 'ASC' : 'DESC'}`).join(', ');
  return {
    text: `SELECT * FROM ((${told('')}) UNION ALL ${decided('')}) AS lines ${all.where()} ORDER BY ${order} LIMIT ${all.given(limit)}`,
    values: all.values,
  };
};

interface Row {
  readonly at: Date;
  readonly source: LinePlace['source'];
  readonly lane: string;
  readonly task_id: string | null;
  readonly generation: number;
  readonly sequence: number;
  readonly level: LogLevel;
  readonly line: StoredLine['line'];
  readonly change: StoredLine['change'];
  readonly position: number;
  readonly audit: number;
}

const toLine = ({ at, source, lane, task_id, generation, sequence, level, line, change }: Row): StoredLine => ({
  at: at.toISOString(),
  source,
  lane: lane === NO_TASK ? '' : lane,
  taskId: task_id ?? '',
  generation,
  sequence,
  level,
  line,
  change,
});

const MAX_SEQUENCE = 2_147_483_647;

const between = async (
  database: Database,
  requestId: string,
  [after, until]: readonly [LogPosition, LogPosition | undefined],
): Promise<LogBatch> => {
  const upTo = [until?.logs ?? Number.MAX_SAFE_INTEGER, until?.audit ?? MAX_SEQUENCE];
  const rows = await database.query<Row>({ ...BETWEEN, values: [requestId, after.logs, after.audit, ...upTo] });
  const last = (of: (row: Row) => number, otherwise: number) =>
    rows.reduce((max, row) => Math.max(max, of(row)), otherwise);
  return {
    until: until ?? {
      audit: last(({ audit }) => audit, after.audit),
      logs: last(({ position }) => position, after.logs),
    },
    lines: rows.map(toLine),
  };
};

/** The logs of tasks in Postgres, beside the audit. */
export const createPostgresTaskLogs = (database: Database): TaskLogs => ({
  append: async (chunk) => {
    const values = [chunk.requestId, JSON.stringify(logRow(chunk))];
    const [row] = await database.query<{ count: number }>({ ...APPEND, values });
    return row?.count === 1 ? 'stored' : 'known';
  },
  totals: async (requestId, { taskId, generation }) => {
    const [row] = await database.query<LogTotals>({ ...TOTALS, values: [requestId, taskId, generation] });
    return row ?? { lines: 0, bytes: 0, lastSequence: 0 };
  },
  page: async (page) => {
    const rows = (await database.query<Row>(pageStatement(page))).map(toLine);
    return page.from?.direction === 'after' ? rows : rows.toReversed();
  },
  between: (requestId, after, until) => between(database, requestId, [after, until]),
  lastPositions: async (requestIds) => {
    type Position = { readonly requestId: string; readonly position: number };
    const rows = await database.query<Position>({ ...LAST_POSITIONS, values: [requestIds] });
    return new Map(rows.map(({ requestId, position }) => [requestId, position]));
  },
});
