import { cancelTaskV1, requestRetriedV1 } from '@pao/contracts';
import { tasksToCancel, tasksToRetry } from '../domain/decisions.ts';
import type { DispatchedTask } from '../domain/dispatch.ts';
import { type Request, type Task, taskAt } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import type { Wish } from './decide-request.ts';
import { commandMessage, EVENTS, type MessageContext, message, outcomeMessages } from './messages.ts';

/** A decision with what it makes of a request. */
export interface DecisionParts {
  readonly wish: Wish;
  readonly decidedBy: string;
  readonly before: Request;
  /** Before anything that follows from the decision was queued. */
  readonly decided: Request;
  readonly after: Request;
  readonly dispatched: readonly DispatchedTask[];
}

/** What the others must know of a decision: first that it was made, then what follows. */
export const decisionMessages = (parts: DecisionParts, context: MessageContext): readonly OutboundMessage[] => {
  const { wish, before, decided, after, dispatched } = parts;
  if (wish.kind === 'abort') {
    return [
      ...tasksToCancel(after).map((task) => cancelMessage(after, task, context)),
      ...outcomeMessages(before, after, context),
    ];
  }
  return [
    retriedMessage(parts, context),
    ...dispatched.map((task) => commandMessage(after, task, context)),
    ...outcomeMessages(decided, after, context),
  ];
};

/** In the queue and the group of the command that it is about. `resends`: how often it, or that command, was sent before. */
export const cancelMessage = (request: Request, task: Task, context: MessageContext, resends = 0): OutboundMessage => {
  const attempt = `${task.id}-g${task.generation}-cancel`;
  return message(request, context, {
    contract: cancelTaskV1,
    destination: `queue:tasks-${task.executor}`,
    dedupId: resends === 0 ? attempt : `${attempt}-r${resends}`,
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
