import type { TaskTicketedV1 } from '@pao/contracts';
import { type Change, type Handover, newStep, stepOf, type Ticket, ticketOf, withStep } from './handover.ts';
import { emptyHandover, NO_ROUND } from './watch-ticket.ts';

/** A task has the ticket of its own action. */
export interface Ticketed {
  readonly tenantId: string;
  readonly correlationId: string;
  readonly data: TaskTicketedV1;
}

type Named = TaskTicketedV1['after'][number];

/** Its id is not told: until it is read it is found by its key. */
const ticketFor = ({ taskId, generation, instance, key, url }: Named): Ticket => ({
  ...{ taskId, generation, round: NO_ROUND, position: 0, name: key, instance, fields: {} },
  ...{ state: 'settled', issue: { id: key, key, url }, told: 'with-key', flag: null, reading: null, handBack: null },
});

/** A ticket that somebody only names is known by name; nobody looks at it. */
const withNamed = (handover: Handover, named: Named): Handover =>
  ticketOf(handover, named) ? handover : { ...handover, tickets: [...handover.tickets, ticketFor(named)] };

/** Nobody has read it yet, and nobody was going to: the word that its task waits for it was lost. */
const watched = (handover: Handover, data: TaskTicketedV1, now: Date): Handover => {
  const ticket = ticketOf(handover, data);
  if (!data.waits || ticket === undefined || stepOf(handover, ticket, 'look')) return handover;
  if (ticket.state !== 'settled') return handover;
  const open: Ticket = { ...ticket, state: 'open', fields: data.fields };
  const tickets = handover.tickets.map((one) => (one === ticket ? open : one));
  const created = withStep({ ...handover, tickets }, { ...newStep(open, 'create', null), state: 'done' });
  // Read at once: changes are announced by its id.
  return withStep(created, newStep(open, 'look', now));
};

/** A link that is known is left as it is. */
const withLink = (handover: Handover, data: TaskTicketedV1, before: Named, now: Date): Handover => {
  const name = `link:${before.taskId}`;
  if (stepOf(handover, data, name)) return handover;
  const { linkType } = data;
  const detail = { blocker: before.taskId, generation: before.generation, ...(linkType && { type: linkType }) };
  return withStep(handover, newStep(data, name, now, detail));
};

/** Tickets that tasks of a bundle created themselves are linked as their tasks depend on one another. */
export const relateTickets = (known: Handover | undefined, ticketed: Ticketed, now: Date): Change | undefined => {
  const { data } = ticketed;
  const before = known ?? emptyHandover(ticketed);
  const named = [data, ...data.after].reduce(withNamed, before);
  const handover = data.after.reduce((next, one) => withLink(next, data, one, now), watched(named, data, now));
  return handover === known ? undefined : { handover, events: [] };
};
