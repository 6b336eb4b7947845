import type { RequestEvent } from './decide.ts';
import type { ApprovalEvent } from './decide-approval.ts';
import { type EscalationEvent, isEscalationEvent } from './escalation.ts';
import { decisionAfterApproval, evolveApprovals, withdrawn } from './evolve-approvals.ts';
import { evolveEscalation } from './evolve-escalation.ts';
import { type Request, type Task, taskAt } from './request.ts';
import { type Decision, statusOf } from './status.ts';

/** The request after an event. Pure, and total for every event that `decide` gave for this request. */
export const evolve = (request: Request, event: RequestEvent): Request => {
  if ('stage' in event) return evolveApproval(request, event);
  if (isEscalationEvent(event)) return evolveEscalation(request, event);
  const tasks = evolveTasks(request, event);
  const decision = decisionAfter(request.decision, event);
  const evolved = { ...request, tasks, decision, status: statusOf(decision, tasks) };
  if (event.kind !== 'request-abort' || request.approvals.length === 0) return evolved;
  return { ...evolved, approvals: withdrawn(request.approvals, event.at) };
};

const evolveApproval = (request: Request, event: ApprovalEvent): Request => {
  const approvals = evolveApprovals(request, event);
  const decision = decisionAfterApproval(approvals);
  return { ...request, approvals, decision, status: statusOf(decision, request.tasks) };
};

type RequestStep = Exclude<RequestEvent, ApprovalEvent | EscalationEvent>;

type TaskStep = Extract<RequestStep, { readonly position: number }>;

const evolveTasks = (request: Request, event: RequestStep): readonly Task[] => {
  const { tasks } = request;
  switch (event.kind) {
    case 'request-retry':
      return tasks.map((task) => (event.again.includes(task.position) ? again(task) : task));
    case 'request-abort':
      return withSkipped(tasks, event);
    case 'request-rollback':
      return [...withSkipped(tasks, event), ...event.undos];
    case 'task-queued':
      return withFollowUps(tasks, event).with(event.position - 1, evolveTask(taskAt(request, event.position), event));
    default:
      return tasks.with(event.position - 1, evolveTask(taskAt(request, event.position), event));
  }
};

/** A task has the follow-ups of its last command, and no others. */
const withFollowUps = (
  tasks: readonly Task[],
  { position, followUps }: Extract<TaskStep, { readonly kind: 'task-queued' }>,
): readonly Task[] =>
  tasks.map((task) => {
    const before = task.followUpOf === position ? null : task.followUpOf;
    const followUpOf = followUps.includes(task.position) ? position : before;
    return followUpOf === task.followUpOf ? task : { ...task, followUpOf };
  });

const withSkipped = (
  tasks: readonly Task[],
  { skipped: positions, at }: { readonly skipped: readonly number[]; readonly at: Date },
): readonly Task[] => tasks.map((task) => (positions.includes(task.position) ? skipped(task, at) : task));

/** As it was before its first attempt, but for the generation. */
const again = (task: Task): Task => ({
  ...task,
  status: 'pending',
  generation: task.generation + 1,
  followUpOf: null,
  outputs: {},
  externalRef: null,
  failure: null,
  stuck: null,
  ticket: null,
  waitingFor: null,
  calledBackAt: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
});

/** Why it had failed, and that its outcome was unknown, stays to be read. */
const skipped = (task: Task, at: Date): Task => ({ ...task, status: 'skipped', waitingFor: null, finishedAt: at });

/** A retry is under way as soon as its task has started; from then on the request is like any other. */
const decisionAfter = (decision: Decision, { kind }: RequestStep): Decision => {
  if (kind === 'request-retry') return 'retrying';
  if (kind === 'request-abort') return 'aborting';
  if (kind === 'request-rollback') return 'proceed';
  return decision === 'retrying' && kind === 'task-started' ? 'proceed' : decision;
};

const completion = ({ at, outputs, externalRef }: Extract<TaskStep, { readonly kind: 'task-completed' }>) => ({
  ...{ status: 'completed' as const, outputs, externalRef: externalRef ?? null, failure: null, finishedAt: at },
});

const evolveTask = (task: Task, event: TaskStep): Task => {
  const ended = { ...task, stuck: null, waitingFor: null };
  switch (event.kind) {
    case 'task-queued':
      return { ...task, status: 'queued', queuedAt: event.at };
    case 'task-skipped':
      return skipped(task, event.at);
    case 'task-started':
      // Of a task that began right behind another its turn had come with that.
      return { ...task, status: 'processing', queuedAt: task.queuedAt ?? event.at, startedAt: event.at };
    case 'task-completed':
      return { ...ended, ...completion(event) };
    case 'task-waiting':
      return { ...ended, status: 'waiting', outputs: event.outputs, ticket: event.ticket, failure: null };
    case 'task-parked': {
      const { outputs, waitingFor } = event;
      return { ...ended, status: 'waiting', outputs, waitingFor, failure: null, finishedAt: null };
    }
    case 'task-called-back':
      return { ...task, calledBackAt: event.at };
    case 'task-plan-decided':
      return { ...task, waitingFor: task.waitingFor && { ...task.waitingFor, decision: event.decision } };
    case 'task-failed':
      return { ...ended, status: 'failed', failure: event.failure, finishedAt: event.at };
    case 'task-stuck':
      return { ...ended, status: 'stuck', failure: event.failure, stuck: event.reason, finishedAt: event.at };
    default:
      return event satisfies never;
  }
};
