import { announce } from './announce.ts';
import {
  type Change,
  type Handover,
  isSame,
  newStep,
  type Step,
  stepOf,
  type Ticket,
  type TicketId,
  ticketOf,
  withStep,
  withTicket,
} from './handover.ts';

export type Ending = 'request-resumed' | 'request-aborted' | 'request-completed';

const REASONS: Readonly<Record<Ending | 'automation' | 'person', string>> = {
  'request-resumed': 'The request was given back to the automation. Nobody has to work on this ticket any more.',
  'request-aborted': 'The request was aborted. Nobody has to work on this ticket any more.',
  'request-completed': 'The request is completed. Nobody has to work on this ticket any more.',
  automation: 'The automation has completed this task, or has it again. Nobody has to work on this ticket any more.',
  person: 'This task was completed by hand in the orchestrator. Nobody has to work on this ticket any more.',
};

/** What is not needed any more when nobody works on a ticket. What is under way or in doubt stays: it has to be found out. */
const isDropped = (step: Step, id: TicketId): boolean =>
  isSame(step, id) &&
  (step.state === 'due' || step.state === 'flagged') &&
  (step.name === 'create' || step.name.startsWith('link:') || step.name.startsWith('comment:refused'));

const dropped = (handover: Handover, id: TicketId): Handover => ({
  ...handover,
  steps: handover.steps.map((step) => {
    if (isDropped(step, id)) return { ...step, state: 'void', dueAt: null };
    // From now on it is read only when the ticket system says that it changed. A look under way keeps its time: whoever began it
    // may be gone, and nobody would take it over.
    return step.name === 'look' && step.state === 'due' && isSame(step, id) ? { ...step, dueAt: null } : step;
  }),
});

/** Says on a ticket that exists why nobody has to work on it, and closes it. */
export const closing = (handover: Handover, ticket: Ticket, now: Date): Handover => {
  const reason = stepOf(handover, ticket, 'create')?.detail['reason'];
  const text = typeof reason === 'string' ? reason : REASONS['request-completed'];
  if (ticket.issue === null || stepOf(handover, ticket, 'close')) return handover;
  const commented = withStep(handover, newStep(ticket, 'comment:over', now, { text }));
  return withStep(commented, newStep(ticket, 'close', new Date(now.getTime() + 1)));
};

interface Over {
  readonly state: 'settled' | 'withdrawn';
  readonly why: keyof typeof REASONS;
}

const over = (handover: Handover, ticket: Ticket, { state, why }: Over, now: Date): Handover => {
  const create = stepOf(handover, ticket, 'create');
  const explained = create
    ? withStep(handover, { ...create, detail: { ...create.detail, reason: REASONS[why] } })
    : handover;
  return closing(dropped(withTicket(explained, { ...ticket, state, flag: null }), ticket), ticket, now);
};

/** A task that automation took back, with the generation it runs with. */
export interface TakenBack {
  readonly id: string;
  readonly generation: number;
}

/**
 * Automation took the request back, or it has ended: what is open is withdrawn, what does not exist yet never will. Tickets of the
 * generation that was taken back, or a later one, stay: people were given it after that, and the word of it comes late.
 */
export const endHandover = (
  handover: Handover,
  by: Ending,
  now: Date,
  takenBack: readonly TakenBack[] = [],
): Change | undefined => {
  const isLater = ({ taskId, generation }: Ticket): boolean =>
    takenBack.some((task) => task.id === taskId && generation >= task.generation);
  const all = handover.tickets.filter(({ state }) => state !== 'settled' && state !== 'withdrawn');
  const open = all.filter((ticket) => !isLater(ticket));
  if (open.length === 0 && (handover.status === 'ended' || all.length > 0)) return undefined;
  const ended = open.reduce<Handover>(
    (next, ticket) => over(next, ticketOf(next, ticket) ?? ticket, { state: 'withdrawn', why: by }, now),
    handover,
  );
  return { handover: open.length < all.length ? ended : { ...ended, status: 'ended' }, events: [] };
};

/** A task that was handed to people is completed. */
export const settleTicket = (
  handover: Handover,
  id: TicketId,
  by: 'automation' | 'person' | 'ticket',
  now: Date,
): Change | undefined => {
  const ticket = ticketOf(handover, id);
  if (ticket === undefined || ticket.state === 'settled' || ticket.state === 'withdrawn') return undefined;
  // It may be the last one that was waited for.
  if (by !== 'ticket') return announce(over(handover, ticket, { state: 'settled', why: by }, now));
  return announce(dropped(withTicket(handover, { ...ticket, state: 'settled', flag: null }), ticket));
};

/** Of a request of which nothing was known when it was aborted: what is heard of its tickets later comes too late. */
export const abortedBefore = (request: Pick<Handover, 'requestId' | 'tenantId'>): Change => ({
  handover: {
    ...{ ...request, correlationId: '', round: 0, status: 'ended', snapshot: null },
    ...{ tickets: [], steps: [] },
  },
  events: [],
});

/** An aborted request stays so. */
export const wasAborted = ({ tickets, steps }: Handover): boolean =>
  tickets.length === 0 || steps.some(({ detail }) => detail['reason'] === REASONS['request-aborted']);
