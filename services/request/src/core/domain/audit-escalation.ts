import type { Step } from './audit.ts';
import type { EscalationEvent } from './escalation.ts';
import { type Request, type Task, taskAt } from './request.ts';

const NO_DETAIL = { reason: null, generation: null };

/** The rows of the audit that tell of an event: one for each task that it changes, and one for the request when its state changes. */
export const escalationSteps = (before: Request, after: Request, event: EscalationEvent): readonly Step[] => {
  const steps: Step[] = after.tasks
    .filter((task, index) => task !== before.tasks[index])
    .map((task) => ({
      taskId: task.id,
      from: taskAt(before, task.position).status,
      to: task.status,
      ...taskStep(task, event),
    }));
  if (after.status === before.status) return steps;
  const reason = event.kind === 'request-escalate' || event.kind === 'request-resume' ? event.reason : null;
  const own = { change: `request-${after.status}`, taskId: null, from: before.status, to: after.status };
  return [...steps, { ...own, ...NO_DETAIL, reason }];
};

const taskStep = (task: Task, event: EscalationEvent): Pick<Step, 'change' | 'reason' | 'generation'> => {
  switch (event.kind) {
    case 'request-escalate': {
      const left = event.left.find(({ position }) => position === task.position);
      return { ...NO_DETAIL, change: left ? 'task-skipped' : 'task-escalated', reason: left?.reason ?? null };
    }
    case 'request-escalated':
      return { ...NO_DETAIL, change: 'task-ticket-opened', reason: task.ticket?.key ?? null };
    case 'request-resume':
      return { ...NO_DETAIL, change: 'task-resumed', generation: task.generation };
    case 'task-ticket-opened':
      return { ...NO_DETAIL, change: event.kind, reason: event.ticket.key };
    case 'task-completed-by-hand':
      return { ...NO_DETAIL, change: event.kind, reason: noteOf(event) };
    case 'task-hand-back-refused':
      return { ...NO_DETAIL, change: event.kind, reason: event.reason };
    default:
      return event satisfies never;
  }
};

const noteOf = ({ note, ticket }: Extract<EscalationEvent, { readonly kind: 'task-completed-by-hand' }>) =>
  ticket === undefined ? note : [`ticket ${ticket.key}`, note].filter((part) => part !== null).join(': ');
