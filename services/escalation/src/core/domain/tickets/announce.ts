import {
  type Change,
  currentTickets,
  type Handover,
  type HandoverEvent,
  type Step,
  stepOf,
  type Ticket,
} from './handover.ts';

/** After so many tries in vain people are told that there is no ticket yet. */
const TRIES_BEFORE_TOLD = 3;

/** Whether it is known why there is no ticket: nobody should wait for it. */
const isGivenUpOn = ({ state, problem, tries, detail }: Step): boolean =>
  state === 'flagged' ||
  (state === 'due' && problem !== null && (detail['definite'] === true || tries >= TRIES_BEFORE_TOLD));

const isKnown = (handover: Handover, ticket: Ticket): boolean => {
  if (ticket.state !== 'wanted') return true;
  const create = stepOf(handover, ticket, 'create');
  return create === undefined || isGivenUpOn(create);
};

/** What is wrong with a ticket, as people are told. */
export const problemOf = (handover: Handover, ticket: Ticket): Ticket['flag'] =>
  ticket.flag ?? (ticket.issue === null ? (stepOf(handover, ticket, 'create')?.problem ?? null) : null);

const told = (ticket: Ticket): Ticket => ({ ...ticket, told: ticket.issue === null ? 'without-key' : 'with-key' });

/** Says what there is to say since the last time: once that all tickets are there or accounted for, then of each that comes later. */
export const announce = (handover: Handover): Change => {
  const current = currentTickets(handover);
  if (handover.status === 'opening') {
    if (!current.every((ticket) => isKnown(handover, ticket))) return { handover, events: [] };
    const tickets = handover.tickets.map((ticket) => (current.includes(ticket) ? told(ticket) : ticket));
    const opened: Handover = { ...handover, status: 'opened', tickets };
    return { handover: opened, events: [{ kind: 'escalation-opened', tickets: currentTickets(opened) }] };
  }
  const late = current.filter(
    (ticket) => ticket.told === 'without-key' && ticket.issue && handover.status === 'opened',
  );
  if (late.length === 0) return { handover, events: [] };
  const tickets = handover.tickets.map((ticket) => (late.includes(ticket) ? told(ticket) : ticket));
  const events = late.map((ticket): HandoverEvent => ({ kind: 'ticket-opened', ticket }));
  return { handover: { ...handover, tickets }, events };
};

/** Says again what was said: whoever asks has not heard it. While tickets are still being opened there may be nothing to say yet. */
export const announceAgain = (handover: Handover): Change => {
  if (handover.status !== 'opened') return announce(handover);
  return { handover, events: [{ kind: 'escalation-opened', tickets: currentTickets(handover) }] };
};
