import { cancelTaskV1, requestRetriedV1, requestRollingBackV1 } from '@pao/contracts';
import { tasksToCancel, tasksToRetry } from '../domain/decisions.ts';
import type { DispatchedOrder } from '../domain/dispatch.ts';
import { type Request, type Task, taskAt } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { type EscalationSource, escalatingMessage } from './escalating-message.ts';
import { resumedMessage, settledMessages } from './escalation-messages.ts';
import { commandMessage, EVENTS, type MessageContext, message, outcomeMessages } from './messages.ts';
import type { Wish } from './prepare-decision.ts';

/** A decision with what it makes of a request. */
export interface DecisionParts {
  readonly wish: Wish;
  readonly decidedBy: string;
  readonly before: Request;
  /** Before anything that follows from the decision was queued. */
  readonly decided: Request;
  readonly after: Request;
  readonly dispatched: readonly DispatchedOrder[];
  /** Of an escalation. */
  readonly source?: EscalationSource;
}

/** What the others must know of a decision: first that it was made, then what follows. */
export const decisionMessages = (parts: DecisionParts, context: MessageContext): readonly OutboundMessage[] => {
  const { before, decided, after, dispatched } = parts;
  return [
    ...decidedMessages(parts, context),
    ...outcomeMessages(before, decided, context),
    ...dispatched.map((task) => commandMessage(after, task, context)),
    ...outcomeMessages(decided, after, context),
  ];
};

const decidedMessages = (parts: DecisionParts, context: MessageContext): readonly OutboundMessage[] => {
  const { wish, decidedBy, before, decided, after } = parts;
  switch (wish.kind) {
    case 'abort':
      return tasksToCancel(after).map((task) => cancelMessage(after, task, context));
    case 'retry':
      return [retriedMessage(parts, context)];
    case 'rollback':
      return [rollingBackMessage(parts, context)];
    case 'escalate':
      return [escalatingMessage({ before, after, decidedBy, reason: wish.reason, source: sourceOf(parts) }, context)];
    case 'resume':
      return [resumedMessage({ before, decided, decidedBy, reason: wish.reason }, context)];
    case 'complete-task':
      return settledMessages({ before, after, by: 'person', settledBy: decidedBy }, context);
    default:
      return wish satisfies never;
  }
};

const sourceOf = ({ source, before }: DecisionParts): EscalationSource => {
  if (!source) throw new Error(`request ${before.id} is escalated without its documents`);
  return source;
};

/** In the queue and the group of the command that it is about. `again`: what tells it from those that were sent before; 0 is the first. */
export const cancelMessage = (
  request: Request,
  task: Task,
  context: MessageContext,
  again: number | string = 0,
): OutboundMessage => {
  const attempt = `${task.id}-g${task.generation}-cancel`;
  return message(request, context, {
    contract: cancelTaskV1,
    destination: `queue:tasks-${task.executor}`,
    dedupId: again === 0 ? attempt : `${attempt}-r${again}`,
    data: { requestId: request.id, taskId: task.id, generation: task.generation, actionType: task.type },
  });
};

const retriedMessage = ({ wish, decidedBy, before, decided }: DecisionParts, context: MessageContext) =>
  message(before, context, {
    contract: requestRetriedV1,
    destination: EVENTS,
    data: {
      requestId: before.id,
      catalog: before.catalog,
      name: before.name,
      requestedBy: before.requester.email,
      decidedBy,
      ...(wish.reason !== null && { reason: wish.reason }),
      tasks: tasksToRetry(before).map(({ id, position }) => ({ id, generation: taskAt(decided, position).generation })),
      retriedAt: context.at.toISOString(),
    },
  });

const rollingBackMessage = ({ wish, decidedBy, before, decided }: DecisionParts, context: MessageContext) =>
  message(before, context, {
    contract: requestRollingBackV1,
    destination: EVENTS,
    data: {
      requestId: before.id,
      catalog: before.catalog,
      name: before.name,
      requestedBy: before.requester.email,
      decidedBy,
      ...(wish.reason !== null && { reason: wish.reason }),
      tasks: decided.tasks.flatMap(({ id, rollbackOf }) =>
        rollbackOf === null ? [] : [{ id, undoes: taskAt(decided, rollbackOf).id }],
      ),
      decidedAt: context.at.toISOString(),
    },
  });
