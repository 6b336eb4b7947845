import type { RequestEvent } from './decide.ts';
import { type Request, type Task, taskAt } from './request.ts';
import { type Decision, statusOf } from './status.ts';

/** The request after an event. Pure, and total for every event that `decide` gave for this request. */
export const evolve = (request: Request, event: RequestEvent): Request => {
  const task = evolveTask(taskAt(request, event.position), event);
  const tasks = request.tasks.with(event.position - 1, task);
  const decision = decisionAfter(request.decision, event);
  return { ...request, tasks, decision, status: statusOf(decision, tasks) };
};

/** A retry is under way as soon as its task has started; from then on the request is like any other. */
const decisionAfter = (decision: Decision, event: RequestEvent): Decision =>
  decision === 'retrying' && event.kind === 'task-started' ? 'proceed' : decision;

const evolveTask = (task: Task, event: RequestEvent): Task => {
  switch (event.kind) {
    case 'task-queued':
      return { ...task, status: 'queued', queuedAt: event.at };
    case 'task-started':
      return { ...task, status: 'processing', startedAt: event.at };
    case 'task-completed':
      return { ...task, status: 'completed', outputs: event.outputs, failure: null, stuck: null, finishedAt: event.at };
    case 'task-failed':
      return { ...task, status: 'failed', failure: event.failure, stuck: null, finishedAt: event.at };
    case 'task-stuck':
      return { ...task, status: 'stuck', failure: event.failure, stuck: event.reason, finishedAt: event.at };
    default:
      return event satisfies never;
  }
};
