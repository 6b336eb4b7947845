import { problemOf } from './announce.ts';
import {
  blockerOf,
  currentTickets,
  type Handover,
  isParent,
  isSame,
  kindOf,
  type Problem,
  type Ticket,
  type TicketReading,
  ticketOf,
} from './handover.ts';

export interface TicketView {
  readonly ticket: Ticket;
  readonly problem: Problem | null;
  /** Keys of tickets that come before it. */
  readonly blockedBy: readonly string[];
  readonly reading: TicketReading | null;
}

/** The tickets of the latest round, in the order of the plan. */
export const ticketViews = (handover: Handover): readonly TicketView[] =>
  currentTickets(handover)
    .toSorted((a, b) => a.position - b.position)
    .map((ticket) => ({
      ticket,
      problem: problemOf(handover, ticket),
      blockedBy: handover.steps
        .filter((step) => kindOf(step) === 'link' && isSame(step, ticket))
        .flatMap((step) => ticketOf(handover, blockerOf(step))?.issue?.key ?? [])
        .toSorted(),
      reading: ticket.reading,
    }));

/** The ticket of the request itself; undefined when its bundle asks for none. */
export const parentTicket = (handover: Handover): Ticket | undefined =>
  handover.tickets.find((ticket) => ticket.round === handover.round && isParent(handover, ticket));

/** The ticket that counts for a task: that of its latest generation. */
export const latestTicket = ({ tickets }: Handover, taskId: string): Ticket | undefined =>
  tickets.filter((ticket) => ticket.taskId === taskId).toSorted((a, b) => b.generation - a.generation)[0];
