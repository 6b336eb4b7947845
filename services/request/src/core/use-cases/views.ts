import {
  type DataOf,
  docUrlOf,
  type getRequestStatus,
  type RequestChange,
  type RequestDetails,
  type RequestSummary,
  type submitRequests,
  type Task as TaskView,
} from '@pao/contracts';
import type { Change } from '../domain/audit.ts';
import { isWithPeople } from '../domain/escalation.ts';
import type { Pool } from '../domain/pools.ts';
import { completedCount, failedTask, type Request, skippedCount, type Task } from '../domain/request.ts';
import { outputsOf } from '../domain/scope.ts';
import { coverSecrets } from '../domain/sealed-input.ts';
import type { RequestRow } from '../ports/request-reader.ts';
import { requestApprovalView } from './approval-views.ts';
import { poolTrouble } from './pool-trouble.ts';
import { waitingSummary, waitingView } from './waiting-view.ts';

/** What people see of requests, in the shapes of the API. */

export type Accepted = DataOf<typeof submitRequests>;
export type StatusView = DataOf<typeof getRequestStatus>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const acceptedView = (submissionId: string, correlationId: string, requests: readonly Request[]): Accepted => ({
  submissionId,
  correlationId,
  requests: requests.map(summaryView),
});

const progressView = ({ tasks }: Request): RequestSummary['progress'] =>
  progressOf({ completedTasks: completedCount(tasks), skippedTasks: skippedCount(tasks), totalTasks: tasks.length });

const progressOf = (counts: Pick<RequestRow, 'completedTasks' | 'skippedTasks' | 'totalTasks'>) => ({
  completed: counts.completedTasks,
  ...(counts.skippedTasks > 0 && { skipped: counts.skippedTasks }),
  total: counts.totalTasks,
});

export const summaryView = (request: Request): RequestSummary => ({
  id: request.id,
  submissionId: request.submissionId,
  status: request.status,
  kind: request.kind,
  catalogId: request.catalog.id,
  catalogVersion: request.catalog.version,
  name: request.name,
  requestedBy: request.requester.email,
  progress: progressView(request),
  createdAt: request.createdAt.toISOString(),
  updatedAt: request.updatedAt.toISOString(),
});

export const rowView = ({
  completedTasks,
  skippedTasks,
  totalTasks,
  createdAt,
  updatedAt,
  ...row
}: RequestRow): RequestSummary => ({
  ...row,
  progress: progressOf({ completedTasks, skippedTasks, totalTasks }),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export const detailsView = (request: Request, pools: readonly Pool[] = []): RequestDetails => ({
  ...summaryView(request),
  correlationId: request.correlationId,
  traceId: request.traceId,
  catalogHash: request.catalog.hash,
  ...(request.planDigest !== null && { planDigest: request.planDigest }),
  ...(request.cost !== null && { cost: [...request.cost] }),
  ...(request.team !== null && { team: request.team }),
  input: coverSecrets(request.input) as RequestDetails['input'],
  outputs: outputsOf(request.tasks) as RequestDetails['outputs'],
  failure: failureView(request),
  ...rolledBackView(request),
  ...(request.escalationRound > 0 && { escalationRound: request.escalationRound }),
  tasks: tasksView(request, pools),
  ...(request.approvals.length > 0 && { approvals: request.approvals.map(requestApprovalView) }),
  version: request.version,
});

const rolledBackView = ({ tasks }: Request): Pick<RequestDetails, 'rolledBack'> => {
  const undos = tasks.filter(({ rollbackOf }) => rollbackOf !== null);
  if (undos.length === 0) return {};
  return { rolledBack: { undone: completedCount(undos), left: skippedCount(undos), total: undos.length } };
};

export const tasksView = ({ tasks }: Request, pools: readonly Pool[] = []): TaskView[] =>
  tasks.map((task) => ({ ...taskView(task, tasks), ...poolTrouble(task, pools) }));

const taskView = (
  { catalog, ticket, waitingFor, calledBackAt, queuedAt, startedAt, finishedAt, ...rest }: Task,
  tasks: readonly Task[],
): TaskView => {
  const { externalRef, rollbackOf, byHand, ...task } = rest;
  const undone = rollbackOf === null ? undefined : tasks[rollbackOf - 1]?.id;
  return {
    ...task,
    ...(externalRef !== null && { externalRef }),
    ...(undone !== undefined && { rollbackOf: undone }),
    ...(byHand && { byHand }),
    catalogItemId: catalog.id,
    dependsOn: task.dependsOn.flatMap((position) => tasks[position - 1]?.id ?? []),
    outputs: task.outputs as TaskView['outputs'],
    failure: task.failure && explained(task.failure),
    ...(ticket !== null && { ticket }),
    ...(waitingFor !== null && { waitingFor: waitingView(waitingFor) }),
    ...(calledBackAt !== null && { calledBackAt: calledBackAt.toISOString() }),
    queuedAt: iso(queuedAt),
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
  };
};

const failureView = ({ status, tasks }: Request): RequestDetails['failure'] => {
  const task = isWithPeople(status) ? tasks.find(isUnsettled) : status === 'failed' ? failedTask(tasks) : undefined;
  if (!task?.failure) return null;
  return { ...explained(task.failure), taskId: task.id, actionId: task.actionId, stuck: task.stuck };
};

const explained = (failure: NonNullable<Task['failure']>): NonNullable<TaskView['failure']> => {
  const docUrl = docUrlOf(failure.code);
  return { ...(failure as NonNullable<TaskView['failure']>), ...(docUrl !== undefined && { docUrl }) };
};

/** While people have it, its failure is still why. */
const isUnsettled = ({ status, failure }: Task): boolean => status === 'waiting' && failure !== null;

/** The task that people wait for: what failed, else what is under way, else what comes next. */
const currentTask = ({ tasks }: Request): Task | undefined =>
  failedTask(tasks) ??
  tasks.find(({ status }) => status === 'processing' || status === 'waiting') ??
  tasks.find(({ status }) => status === 'queued' || status === 'pending');

const currentTaskView = ({ id, position, name, type, status, waitingFor }: Task): StatusView['currentTask'] => ({
  ...{ id, position, name, type, status },
  ...(waitingFor !== null && { waitingFor: waitingSummary(waitingFor) }),
});

export const statusView = (request: Request): StatusView => {
  const current = currentTask(request);
  return {
    id: request.id,
    status: request.status,
    progress: progressView(request),
    currentTask: current ? currentTaskView(current) : null,
    failure: failureView(request),
    updatedAt: request.updatedAt.toISOString(),
  };
};

export const changeView = (requestId: string, change: Change): RequestChange => ({
  sequence: change.sequence,
  requestId,
  at: change.at.toISOString(),
  ...(change.taskId !== null && { taskId: change.taskId }),
  change: change.change,
  from: change.from,
  to: change.to,
  actor: change.actor,
  ...(change.reason !== null && { reason: change.reason }),
  ...(change.generation !== null && { generation: change.generation }),
});
