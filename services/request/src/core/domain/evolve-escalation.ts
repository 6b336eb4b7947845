import { type EscalationEvent, isParked } from './escalation.ts';
import { type Request, type Task, taskAt } from './request.ts';
import { type Decision, statusOf } from './status.ts';

/** The request after an event of its escalation. Pure. */
export const evolveEscalation = (request: Request, event: EscalationEvent): Request => {
  const tasks = evolveTasks(request, event);
  const decision = decisionAfter(request.decision, event);
  const escalationRound = request.escalationRound + (event.kind === 'request-escalate' ? 1 : 0);
  return { ...request, tasks, decision, escalationRound, status: statusOf(decision, tasks) };
};

const decisionAfter = (decision: Decision, { kind }: EscalationEvent): Decision => {
  switch (kind) {
    case 'request-escalate':
      return 'escalating';
    case 'request-escalated':
      return 'escalated';
    case 'request-resume':
      return 'proceed';
    // A failed request goes on by itself once nothing of it is failed any more.
    case 'task-completed-by-hand':
      return decision === 'escalating' || decision === 'escalated' ? decision : 'proceed';
    case 'task-ticket-opened':
    case 'task-hand-back-refused':
      return decision;
    default:
      return kind satisfies never;
  }
};

const evolveTasks = (request: Request, event: EscalationEvent): readonly Task[] => {
  const { tasks } = request;
  switch (event.kind) {
    case 'request-escalate':
      return tasks.map((task) => {
        if (event.waiting.includes(task.position)) return waiting(task);
        const isLeft = event.left.some(({ position }) => position === task.position);
        return isLeft ? { ...task, status: 'skipped', finishedAt: event.at } : task;
      });
    case 'request-escalated': {
      const tickets = new Map(event.tickets.map(({ position, ticket }) => [position, ticket]));
      return tasks.map((task) => ({ task, ticket: tickets.get(task.position) })).map(withTicket);
    }
    case 'request-resume':
      return tasks.map((task) => (event.again.includes(task.position) ? resumed(task) : task));
    case 'task-ticket-opened':
    case 'task-hand-back-refused':
      return replaced(request, event.position, (task) => ({ ...task, ticket: event.ticket }));
    case 'task-completed-by-hand':
      return replaced(request, event.position, (task) => ({
        ...task,
        status: 'completed',
        outputs: event.outputs,
        // The ticket of its own action is people's work by design.
        byHand: !isParked(request, task),
        failure: null,
        stuck: null,
        finishedAt: event.at,
        ticket: event.ticket ?? task.ticket,
      }));
    default:
      return event satisfies never;
  }
};

const replaced = (request: Request, position: number, change: (task: Task) => Task): readonly Task[] =>
  request.tasks.with(position - 1, change(taskAt(request, position)));

/** Why it had failed, and that its outcome was unknown, stays to be read. */
const waiting = (task: Task): Task => ({ ...task, status: 'waiting', finishedAt: null, ticket: null });

const withTicket = ({ task, ticket }: { readonly task: Task; readonly ticket: Task['ticket'] | undefined }): Task =>
  ticket ? { ...task, ticket } : task;

/** It was never sent: only its generation tells that people had it, and makes their ticket one of the past. */
const resumed = (task: Task): Task => ({
  ...task,
  status: 'pending',
  generation: task.generation + 1,
  ticket: null,
  calledBackAt: null,
});
