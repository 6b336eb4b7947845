import type { Handover, Ticket } from '../domain/tickets/handover.ts';
import { parentTicket, type TicketView, ticketViews } from '../domain/tickets/view.ts';
import type { HandoverStore } from '../ports/handover-store.ts';
import type { TicketSystem } from '../ports/ticket-system.ts';

export interface HandoverView {
  readonly handover: Handover;
  /** The ticket of the request itself, under which the others stand. */
  readonly parent: Ticket | undefined;
  readonly tickets: readonly TicketView[];
}

export type ReadHandover = (tenantId: string, requestId: string, live: boolean) => Promise<HandoverView | undefined>;

/** How many tickets one look asks for: the others are shown as they were read last. */
const MOST_LIVE = 25;

const asked = async (tickets: Pick<TicketSystem, 'look'>, view: TicketView): Promise<TicketView> => {
  const { instance, issue, record } = view.ticket;
  if (issue === null) return view;
  const found = await tickets.look({ instance, ...(record && { record }), issue: issue.id }, {});
  if (found.kind !== 'ok') return { ...view, problem: view.problem ?? found.problem };
  if (found.value !== 'gone') return { ...view, reading: found.value.reading };
  return { ...view, problem: { code: 'TICKET_GONE', message: 'The ticket does not exist any more.' } };
};

/** The tickets of a request on which people work, handed to them or by design theirs; live: as the ticket system has them now. */
export const createReadHandover =
  (store: Pick<HandoverStore, 'read'>, tickets: Pick<TicketSystem, 'look'>): ReadHandover =>
  async (tenantId, requestId, live) => {
    const handover = await store.read(tenantId, requestId);
    if (handover === undefined || handover.tickets.length === 0) return undefined;
    const views = ticketViews(handover);
    const parent = parentTicket(handover);
    if (!live) return { handover, parent, tickets: views };
    const now = await Promise.all(views.slice(0, MOST_LIVE).map((view) => asked(tickets, view)));
    return { handover, parent, tickets: [...now, ...views.slice(MOST_LIVE)] };
  };
