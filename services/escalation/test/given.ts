import { newId } from '@pao/runtime';
import type { RequestRetried, RequestStopped, TaskFailure } from '../src/core/domain/escalation.ts';

export { newId };

export const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

export const requestStopped = (overrides: Partial<RequestStopped> = {}): RequestStopped => ({
  tenantId: 'default',
  requestId: newId(),
  catalogId: 'database-postgresql-standard',
  catalogVersion: '1.0.0',
  name: 'orders-db',
  requestedBy: 'dev@example.test',
  correlationId: 'correlation-1',
  task: { id: newId(), generation: 1, actionId: 'create-database', type: 'rest-api', position: 2 },
  failure: { code: 'HTTP_STATUS', message: 'the platform answered 500', evidence: { status: 500, body: 'a\u0000b' } },
  stuck: null,
  completedTasks: 1,
  totalTasks: 3,
  failedAt: at(10),
  ...overrides,
});

/** The same request, stopped once more. */
export const stoppedAgain = (first: RequestStopped, failedAt: Date): RequestStopped => ({
  ...first,
  task: { ...first.task, generation: first.task.generation + 1 },
  failedAt,
});

/** What somebody decided about the stop. */
export const retryOf = ({ tenantId, requestId, task }: RequestStopped, retriedAt: Date): RequestRetried => ({
  tenantId,
  requestId,
  tasks: [{ id: task.id, generation: task.generation + 1 }],
  retriedAt,
});

export const taskFailureOf = ({ tenantId, requestId, task, failure, failedAt }: RequestStopped): TaskFailure => ({
  tenantId,
  requestId,
  taskId: task.id,
  generation: task.generation,
  kind: 'stuck',
  stuck: 'outcome-unknown',
  failure,
  startedAt: null,
  detectedAt: failedAt,
});
