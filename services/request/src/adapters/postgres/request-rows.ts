import type { JsonObject } from '@pao/kernel';
import type { Change } from '../../core/domain/audit.ts';
import { completedCount, type Request, skippedCount, type Task } from '../../core/domain/request.ts';
import { approvalsColumn } from './approval-rows.ts';

/** Rows on their way in: lists of them travel as one JSON text, which Postgres takes apart by the types of the table's columns. */

export const REQUEST_COLUMNS = [
  'id',
  'submission_id',
  'tenant_id',
  'requested_by',
  'requester',
  'kind',
  'catalog_id',
  'catalog_version',
  'catalog_hash',
  'name',
  'input',
  'correlation_id',
  'trace_id',
  'created_at',
  'plan_digest',
  'cost',
  'team',
  'quota',
] as const;

export const STATE_COLUMNS = [
  'request_id',
  'tenant_id',
  'status',
  'decision',
  'version',
  'completed_tasks',
  'skipped_tasks',
  'total_tasks',
  'audit_sequence',
  'audit_hash',
  'updated_at',
  'approvals',
] as const;

export const TASK_COLUMNS = [
  'request_id',
  'position',
  'id',
  'component',
  'catalog_id',
  'catalog_version',
  'catalog_hash',
  'action_id',
  'type',
  'name',
  'executor',
  'depends_on',
  'status',
  'generation',
  'outputs',
  'failure',
  'stuck',
  'queued_at',
  'started_at',
  'finished_at',
  'resends',
  'follow_up_of',
] as const;

/** Of a task that undoes another one. */
export const UNDO_COLUMNS = [...TASK_COLUMNS, 'rollback_of'] as const;

/** What may change of a task, with their types: only these travel for a next version. */
export const TASK_CHANGES = {
  request_id: 'uuid',
  position: 'smallint',
  status: 'text',
  generation: 'integer',
  outputs: 'json',
  external_ref: 'text',
  by_hand: 'boolean',
  failure: 'json',
  stuck: 'text',
  ticket_key: 'text',
  ticket_url: 'text',
  waiting_for: 'json',
  follow_up_of: 'smallint',
  called_back_at: 'timestamptz',
  queued_at: 'timestamptz',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
} as const;

export const AUDIT_COLUMNS = [
  'request_id',
  'sequence',
  'at',
  'actor',
  'change',
  'task_id',
  'from_status',
  'to_status',
  'correlation_id',
  'trace_id',
  'reason',
  'generation',
  'hash',
] as const;

type Row<Columns extends readonly string[]> = { readonly [Column in Columns[number]]: unknown };

const outputsColumn = ({ outputs }: Task): JsonObject | null => (Object.keys(outputs).length > 0 ? outputs : null);

const bytes = (hex: string): string => `\\x${hex}`;

export const requestRow = ({ catalog, requester, ...request }: Request): Row<typeof REQUEST_COLUMNS> => ({
  id: request.id,
  submission_id: request.submissionId,
  tenant_id: request.tenantId,
  requested_by: requester.email,
  requester,
  kind: request.kind,
  catalog_id: catalog.id,
  catalog_version: catalog.version,
  catalog_hash: catalog.hash,
  name: request.name,
  input: request.input,
  correlation_id: request.correlationId,
  trace_id: request.traceId,
  created_at: request.createdAt,
  plan_digest: request.planDigest,
  cost: request.cost,
  team: request.team,
  quota: request.quota,
});

export const stateRow = ({ audit, tasks, approvals, ...request }: Request): Row<typeof STATE_COLUMNS> => ({
  request_id: request.id,
  tenant_id: request.tenantId,
  status: request.status,
  decision: request.decision,
  version: request.version,
  completed_tasks: completedCount(tasks),
  skipped_tasks: skippedCount(tasks),
  total_tasks: tasks.length,
  audit_sequence: audit.sequence,
  audit_hash: bytes(audit.hash),
  updated_at: request.updatedAt,
  approvals: approvalsColumn(approvals),
});

export const taskChangeRow = (
  requestId: string,
  task: Task,
): { readonly [Column in keyof typeof TASK_CHANGES]: unknown } => ({
  request_id: requestId,
  position: task.position,
  status: task.status,
  generation: task.generation,
  outputs: outputsColumn(task),
  // Absent, as others below, so that nearly all rows stay short.
  external_ref: task.externalRef ?? undefined,
  by_hand: task.byHand || undefined,
  failure: task.failure,
  stuck: task.stuck,
  ticket_key: task.ticket?.key,
  ticket_url: task.ticket?.url,
  waiting_for: task.waitingFor ?? undefined,
  follow_up_of: task.followUpOf ?? undefined,
  called_back_at: task.calledBackAt ?? undefined,
  queued_at: task.queuedAt,
  started_at: task.startedAt,
  finished_at: task.finishedAt,
});

export const taskRow = (requestId: string, task: Task): Row<typeof TASK_COLUMNS> => ({
  ...taskChangeRow(requestId, task),
  id: task.id,
  component: task.component,
  catalog_id: task.catalog.id,
  catalog_version: task.catalog.version,
  catalog_hash: task.catalog.hash,
  action_id: task.actionId,
  type: task.type,
  name: task.name,
  executor: task.executor,
  depends_on: task.dependsOn,
  resends: 0,
});

export const undoRow = (requestId: string, task: Task): Row<typeof UNDO_COLUMNS> => ({
  ...taskRow(requestId, task),
  rollback_of: task.rollbackOf,
});

export const auditRow = (requestId: string, change: Change): Row<typeof AUDIT_COLUMNS> => ({
  request_id: requestId,
  sequence: change.sequence,
  at: change.at,
  actor: change.actor,
  change: change.change,
  task_id: change.taskId,
  from_status: change.from,
  to_status: change.to,
  correlation_id: change.correlationId,
  trace_id: change.traceId,
  reason: change.reason,
  generation: change.generation,
  hash: bytes(change.hash),
});
