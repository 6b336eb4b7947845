import type { OutgoingMessage } from '@pao/bus';
import {
  encodeMessage,
  escalationOpenedV1,
  type MessageContract,
  ticketOpenedV1,
  ticketResolvedV1,
} from '@pao/contracts';
import type { NewId } from '@pao/kernel';
import type { z } from 'zod';
import { problemOf } from '../../core/domain/tickets/announce.ts';
import type { Change, Handover, HandoverEvent, Ticket } from '../../core/domain/tickets/handover.ts';

/** What others are told of a change, as messages. */
export type HandoverMessages = (change: Change, now: Date) => readonly OutgoingMessage[];

const opening = (handover: Handover, ticket: Ticket) => {
  const problem = problemOf(handover, ticket)?.message;
  const { taskId, generation, issue } = ticket;
  const reference = { taskId, generation, key: issue?.key ?? null, url: issue?.url ?? null };
  return { ...reference, ...(problem !== undefined && { problem: problem.slice(0, 2_000) }) };
};

export const createHandoverMessages = (newId: NewId): HandoverMessages => {
  const message = <S extends z.ZodType>(
    contract: MessageContract<string, S>,
    { requestId, correlationId, tenantId }: Handover,
    now: Date,
    data: z.input<S>,
  ): OutgoingMessage => {
    const id = newId();
    const fields = { id, subject: requestId, time: now, correlationId, tenantId };
    const destination = `topic:${contract.channel}` as const;
    const body = encodeMessage(contract, fields, data);
    return { id, destination, groupId: requestId, dedupId: id, type: contract.type, body };
  };

  const encode = (handover: Handover, event: HandoverEvent, now: Date): OutgoingMessage => {
    const { requestId, round } = handover;
    switch (event.kind) {
      case 'escalation-opened': {
        const tickets = event.tickets.map((ticket) => opening(handover, ticket));
        return message(escalationOpenedV1, handover, now, { requestId, round, tickets, openedAt: now.toISOString() });
      }
      case 'ticket-opened': {
        const { taskId, generation, issue } = event.ticket;
        // A ticket that a task's own action created is in no round; who is told of it goes by the task.
        const where = { requestId, round: Math.max(round, 1), taskId, generation };
        const reference = { ...where, key: issue?.key ?? '', url: issue?.url ?? '' };
        return message(ticketOpenedV1, handover, now, { ...reference, openedAt: now.toISOString() });
      }
      case 'ticket-resolved': {
        const { taskId, generation, issue } = event.ticket;
        const { outcome, resolution, outputs, note, by } = event.handBack;
        return message(ticketResolvedV1, handover, now, {
          ...{ requestId, taskId, generation, key: issue?.key ?? '', url: issue?.url ?? '' },
          ...{ outcome, resolution: resolution.slice(0, 200), resolvedBy: by.slice(0, 320) },
          outputs,
          ...(note !== null && { note: note.slice(0, 4_000) }),
          resolvedAt: now.toISOString(),
        });
      }
      default:
        return event satisfies never;
    }
  };

  return ({ handover, events }, now) => events.map((event) => encode(handover, event, now));
};
