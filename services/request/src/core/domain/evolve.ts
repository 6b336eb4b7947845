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
      return tasks.map((task) => (event.skipped.includes(task.position) ? skipped(task, event.at) : task));
    default:
      return tasks.with(event.position - 1, evolveTask(taskAt(request, event.position), event));
  }
};

/** As it was before its first attempt, but for the generation. */
const again = (task: Task): Task => ({
  ...task,
  status: 'pending',
  generation: task.generation + 1,
  outputs: {},
  failure: null,
  stuck: null,
  ticket: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
});

/** Why it had failed, and that its outcome was unknown, stays to be read. */
const skipped = (task: Task, at: Date): Task => ({ ...task, status: 'skipped', finishedAt: at });

/** A retry is under way as soon as its task has started; from then on the request is like any other. */
const decisionAfter = (decision: Decision, { kind }: RequestStep): Decision => {
  if (kind === 'request-retry') return 'retrying';
  if (kind === 'request-abort') return 'aborting';
  return decision === 'retrying' && kind === 'task-started' ? 'proceed' : decision;
};

const evolveTask = (task: Task, event: TaskStep): Task => {
  switch (event.kind) {
    case 'task-queued':
      return { ...task, status: 'queued', queuedAt: event.at };
    case 'task-skipped':
      return skipped(task, event.at);
    case 'task-started':
      return { ...task, status: 'processing', startedAt: event.at };
    case 'task-completed':
      return { ...task, status: 'completed', outputs: event.outputs, failure: null, stuck: null, finishedAt: event.at };
    case 'task-waiting':
      return { ...task, status: 'waiting', outputs: event.outputs, ticket: event.ticket, failure: null, stuck: null };
    case 'task-failed':
      return { ...task, status: 'failed', failure: event.failure, stuck: null, finishedAt: event.at };
    case 'task-stuck':
      return { ...task, status: 'stuck', failure: event.failure, stuck: event.reason, finishedAt: event.at };
    default:
      return event satisfies never;
  }
};
