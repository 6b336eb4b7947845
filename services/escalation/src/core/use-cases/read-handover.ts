import type { Handover } from '../domain/tickets/handover.ts';
import { type TicketView, ticketViews } from '../domain/tickets/view.ts';
import { NO_ROUND } from '../domain/tickets/watch-ticket.ts';
import type { HandoverStore } from '../ports/handover-store.ts';
import type { TicketSystem } from '../ports/ticket-system.ts';

export interface HandoverView {
  readonly handover: Handover;
  readonly tickets: readonly TicketView[];
}

export type ReadHandover = (tenantId: string, requestId: string, live: boolean) => Promise<HandoverView | undefined>;

/** How many tickets one look asks for: the others are shown as they were read last. */
const MOST_LIVE = 25;

const asked = async (tickets: Pick<TicketSystem, 'look'>, view: TicketView): Promise<TicketView> => {
  const { instance, issue } = view.ticket;
  if (issue === null) return view;
  const found = await tickets.look({ instance, issue: issue.id }, {});
  if (found.kind !== 'ok') return { ...view, problem: view.problem ?? found.problem };
  if (found.value !== 'gone') return { ...view, reading: found.value.reading };
  return { ...view, problem: { code: 'TICKET_GONE', message: 'The ticket does not exist any more.' } };
};

/** The tickets of a request that was handed to people; live: as the ticket system has them now. */
export const createReadHandover =
  (store: Pick<HandoverStore, 'read'>, tickets: Pick<TicketSystem, 'look'>): ReadHandover =>
  async (tenantId, requestId, live) => {
    const handover = await store.read(tenantId, requestId);
    // Tickets that tasks wait for are those of the tasks; the executor tells how they stand.
    if (handover === undefined || handover.round === NO_ROUND) return undefined;
    const views = ticketViews(handover);
    if (!live) return { handover, tickets: views };
    const now = await Promise.all(views.slice(0, MOST_LIVE).map((view) => asked(tickets, view)));
    return { handover, tickets: [...now, ...views.slice(MOST_LIVE)] };
  };
