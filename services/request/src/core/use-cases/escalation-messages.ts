import { escalatedTaskSettledV1, handBackRefusedV1, requestResumedV1 } from '@pao/contracts';
import { type Ticket, tasksToResume } from '../domain/escalation.ts';
import type { OutputProblem } from '../domain/handed-outputs.ts';
import { type Request, type Task, taskAt } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { EVENTS, type MessageContext, message } from './messages.ts';

interface Settling {
  readonly before: Request;
  readonly after: Request;
  readonly by: 'automation' | 'person' | 'ticket';
  readonly settledBy?: string;
}

/** Of each task that waited for people and is completed now: nobody has to work on its ticket any more. */
export const settledMessages = (
  { before, after, by, settledBy }: Settling,
  context: MessageContext,
): readonly OutboundMessage[] => {
  const settled = after.tasks.filter(
    ({ position, status }) => status === 'completed' && taskAt(before, position).status === 'waiting',
  );
  return settled.map((task) =>
    settledMessage(after, task, { by, ...(settledBy !== undefined && { settledBy }) }, context),
  );
};

/** Nobody has to work on the ticket of a task any more. */
export const settledMessage = (
  request: Request,
  { id, generation }: Pick<Task, 'id' | 'generation'>,
  settled: Pick<Settling, 'by' | 'settledBy'>,
  context: MessageContext,
): OutboundMessage =>
  message(request, context, {
    contract: escalatedTaskSettledV1,
    destination: EVENTS,
    data: { requestId: request.id, taskId: id, generation, ...settled, settledAt: context.at.toISOString() },
  });

interface Refused {
  readonly request: Request;
  readonly task: Task;
  readonly ticket: Ticket;
  readonly problems: readonly OutputProblem[];
}

export const handBackRefusedMessage = (
  { request, task, ticket, problems }: Refused,
  context: MessageContext,
): OutboundMessage =>
  message(request, context, {
    contract: handBackRefusedV1,
    destination: EVENTS,
    data: {
      requestId: request.id,
      taskId: task.id,
      generation: task.generation,
      key: ticket.key,
      problems: [...problems],
      refusedAt: context.at.toISOString(),
    },
  });

interface Resuming {
  readonly before: Request;
  readonly decided: Request;
  readonly decidedBy: string;
  readonly reason: string | null;
}

export const resumedMessage = (
  { before, decided, decidedBy, reason }: Resuming,
  context: MessageContext,
): OutboundMessage =>
  message(before, context, {
    contract: requestResumedV1,
    destination: EVENTS,
    data: {
      requestId: before.id,
      catalog: before.catalog,
      name: before.name,
      requestedBy: before.requester.email,
      decidedBy,
      ...(reason !== null && { reason }),
      tasks: tasksToResume(before).map(({ id, position }) => ({
        id,
        generation: taskAt(decided, position).generation,
      })),
      resumedAt: context.at.toISOString(),
    },
  });
