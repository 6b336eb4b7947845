import { createBatcher, type Database, type Statement } from '@pao/postgres';
import type { Escalation } from '../../core/domain/escalation.ts';
import type { EscalationStore, ListQuery } from '../../core/ports/escalation-store.ts';
import type { GroupStop } from './group-stop.ts';
import { COLUMNS, IS_SETTLED, KNOWN, OPEN, RECORD_TASK_FAILURE, RESUME, SETTLE } from './statements.ts';

interface EscalationRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly request_id: string;
  readonly task_id: string;
  readonly generation: number;
  readonly status: Escalation['status'];
  readonly closed_by: Escalation['closedBy'];
  readonly closed_at: Date | null;
  readonly catalog_id: string;
  readonly catalog_version: string;
  readonly name: string;
  readonly requested_by: string;
  readonly correlation_id: string;
  readonly task: Pick<Escalation['task'], 'actionId' | 'type' | 'position'>;
  readonly failure: Escalation['failure'];
  readonly stuck: Escalation['stuck'];
  readonly completed_tasks: number;
  readonly total_tasks: number;
  readonly failed_at: Date;
}

const toEscalation = (row: EscalationRow): Escalation => ({
  id: row.id,
  tenantId: row.tenant_id,
  requestId: row.request_id,
  status: row.status,
  closedBy: row.closed_by,
  closedAt: row.closed_at,
  catalogId: row.catalog_id,
  catalogVersion: row.catalog_version,
  name: row.name,
  requestedBy: row.requested_by,
  correlationId: row.correlation_id,
  task: { id: row.task_id, generation: row.generation, ...row.task },
  failure: row.failure,
  stuck: row.stuck,
  completedTasks: row.completed_tasks,
  totalTasks: row.total_tasks,
  failedAt: row.failed_at,
});

/** One text for each combination of filters, so that each is planned for the index that serves it. */
const listStatement = ({ tenantId, limit, after, status, requestId }: ListQuery): Statement => {
  const values: unknown[] = [tenantId, limit + 1];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ['tenant_id = $1'];
  // Spelled out: a parameter would keep the partial index of the open ones from being used.
  if (status !== undefined) conditions.push(status === 'open' ? `status = 'open'` : `status = 'closed'`);
  if (requestId !== undefined) conditions.push(`request_id = ${parameter(requestId)}`);
  if (after) conditions.push(`(failed_at, id) < (${parameter(after.failedAt)}, ${parameter(after.id)})`);
  const filters = [status ?? 'any', requestId === undefined ? 'all' : 'request', after ? 'next' : 'first'];
  return {
    name: `escalations-list-${filters.join('-')}`,
    text: `SELECT ${COLUMNS} FROM escalations WHERE ${conditions.join(' AND ')} ORDER BY failed_at DESC, id DESC LIMIT $2`,
    values,
  };
};

/** Which of these requests anything is known of, by one look for all. */
const known = (database: Database) =>
  createBatcher<string, boolean>({
    run: async (requestIds) => {
      const statement = { name: 'escalations-known', text: KNOWN, values: [requestIds] };
      const found = new Set((await database.query<{ id: string }>(statement)).map(({ id }) => id));
      return requestIds.map((id) => found.has(id));
    },
  });

export interface EscalationStoreOptions {
  /** Puts what was stored to its incident, in the same transaction. */
  readonly group: GroupStop;
  /** Called after a commit that others are told of. */
  readonly committed: () => void;
}

export const createPostgresEscalationStore = (
  database: Database,
  options?: EscalationStoreOptions,
): EscalationStore => {
  const write = async (name: string, text: string, values: readonly unknown[]): Promise<void> => {
    await database.query({ name, text, values });
  };
  const isKnown = known(database);
  return {
    open: async (eventId, id, stopped) => {
      const { id: taskId, generation, ...task } = stopped.task;
      const values = [
        eventId,
        id,
        stopped.tenantId,
        stopped.requestId,
        taskId,
        generation,
        stopped.catalogId,
        stopped.catalogVersion,
        stopped.name,
        stopped.requestedBy,
        stopped.correlationId,
        JSON.stringify(task),
        JSON.stringify(stopped.failure),
        stopped.stuck,
        stopped.completedTasks,
        stopped.totalTasks,
        stopped.failedAt,
      ];
      const told = await database.transaction(async (tx) => {
        const added = await tx.query({ name: 'escalations-open', text: OPEN, values });
        return added.length > 0 && (await options?.group(tx, id, stopped));
      });
      if (told === true) options?.committed();
    },
    recordTaskFailure: (eventId, failure) =>
      write('escalations-task-failure', RECORD_TASK_FAILURE, [
        eventId,
        failure.tenantId,
        failure.requestId,
        failure.taskId,
        failure.generation,
        failure.kind,
        failure.stuck,
        JSON.stringify(failure.failure),
        failure.startedAt,
        failure.detectedAt,
      ]),
    settle: async ({ requestId, by, at }) => {
      if (!(await isKnown(requestId))) return false;
      const statement = { name: 'escalations-settle', text: SETTLE, values: [requestId, at, by] };
      const [row] = await database.query<{ handed_over: boolean }>(statement);
      return row?.handed_over === true;
    },
    isSettled: async (requestId) => {
      const statement = { name: 'escalations-is-settled', text: IS_SETTLED, values: [requestId] };
      return (await database.query(statement)).length > 0;
    },
    resume: ({ requestId, tasks, retriedAt }) =>
      write('escalations-resume', RESUME, [requestId, retriedAt, JSON.stringify(tasks)]),
    list: async (query) => {
      const rows = await database.query<EscalationRow>(listStatement(query));
      return rows.map(toEscalation);
    },
  };
};
