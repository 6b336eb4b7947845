import type { TicketId } from '../domain/tickets/handover.ts';
import { type Escalating, openHandover } from '../domain/tickets/open-handover.ts';
import { type FieldProblem, refuseHandBack } from '../domain/tickets/refuse-hand-back.ts';
import { relateTickets, type Ticketed } from '../domain/tickets/relate-tickets.ts';
import type { TicketRoutes } from '../domain/tickets/route-ticket.ts';
import { type Waiting, watchTicket } from '../domain/tickets/watch-ticket.ts';
import { abortedBefore, type Ending, endHandover, settleTicket, type TakenBack } from '../domain/tickets/withdraw.ts';
import type { EscalationStore } from '../ports/escalation-store.ts';
import type { HandoverStore } from '../ports/handover-store.ts';

/** What the request service says of requests in the hands of people. Each may come twice, or late. */
export interface TakeHandover {
  escalating(eventId: string, escalating: Escalating): Promise<void>;
  /** A task waits for the ticket of its own action. */
  waiting(eventId: string, waiting: Waiting): Promise<void>;
  /** A task has the ticket of its own action, which comes after others. */
  ticketed(eventId: string, ticketed: Ticketed): Promise<void>;
  settled(eventId: string, requestId: string, ticket: TicketId, by: 'automation' | 'person' | 'ticket'): Promise<void>;
  refused(eventId: string, requestId: string, ticket: TicketId, problems: readonly FieldProblem[]): Promise<void>;
  /** The request goes on by automation, or has ended. */
  ended(
    request: { readonly requestId: string; readonly tenantId: string },
    by: Ending,
    takenBack?: readonly TakenBack[],
  ): Promise<void>;
}

export const createTakeHandover = (
  store: Pick<HandoverStore, 'change'>,
  escalations: Pick<EscalationStore, 'isSettled'>,
  routes: TicketRoutes = new Map(),
): TakeHandover => ({
  escalating: async (eventId, escalating) => {
    const { requestId } = escalating.data;
    // Sent again from the dead letters after the request has ended: nobody has to do anything.
    if (await escalations.isSettled(requestId)) return;
    await store.change(requestId, (known, now) => openHandover(known, escalating, now, routes), eventId);
  },
  waiting: (eventId, waiting) =>
    store.change(waiting.data.requestId, (known, now) => watchTicket(known, waiting, now), eventId),
  ticketed: async (eventId, ticketed) => {
    const { requestId } = ticketed.data;
    if (await escalations.isSettled(requestId)) return;
    await store.change(requestId, (known, now) => relateTickets(known, ticketed, now), eventId);
  },
  settled: (eventId, requestId, ticket, by) =>
    store.change(requestId, (handover, now) => handover && settleTicket(handover, ticket, by, now), eventId),
  refused: (eventId, requestId, ticket, problems) =>
    store.change(requestId, (handover, now) => handover && refuseHandBack(handover, ticket, problems, now), eventId),
  ended: ({ requestId, tenantId }, by, takenBack) =>
    store.change(requestId, (handover, now) => {
      if (handover) return endHandover(handover, by, now, takenBack);
      return by === 'request-aborted' ? abortedBefore({ requestId, tenantId }) : undefined;
    }),
});
