import { GONE, leaveUndone, takeUpAgain } from './gone-ticket.ts';
import {
  type Change,
  type HandBack,
  type Handover,
  type HandoverEvent,
  type IssueReference,
  type Problem,
  type Step,
  stepOf,
  type Ticket,
  type TicketReading,
  ticketOf,
  withStep,
  withTicket,
} from './handover.ts';
import { LOOK_EVERY_MS, type Outcome } from './ledger.ts';
import { type FieldProblem, refused } from './refuse-hand-back.ts';

/** A ticket as it is now. */
export interface Look {
  readonly issue: IssueReference;
  readonly reading: TicketReading;
  /** Present when it is closed. */
  readonly handBack?: HandBack;
  /** What is written there as outputs and can't be read. */
  readonly unreadable?: readonly FieldProblem[];
  /** Of what is handed back; two that say the same have the same. */
  readonly digest?: string;
}

const REOPENED: Problem = {
  code: 'TICKET_REOPENED',
  message: 'The ticket was opened again after it was handed back. What was handed back stays as it is.',
};

const LOOK_AGAIN_AFTER_FAILURE_MS = 60_000;
const LOOK_FOR_LOST_MS = 3_600_000;
/** There may be very many, and most wait for days: the sweep and the webhook tell of changes. */
const LOOK_AT_WATCHED_MS = 6 * 3_600_000;

/** What was handed back is told again as long as nobody has taken it, so that is looked at as often whoever opened the ticket. */
const lookEveryMs = ({ fields, state }: Ticket): number =>
  fields === undefined || state === 'handed-back' ? LOOK_EVERY_MS : LOOK_AT_WATCHED_MS;

/** How often it is told of an open ticket that it is open: that nobody needs it any more may have been lost. */
const ASK_EVERY_MS = 6 * 3_600_000;

/** Sooner the answer to what was told may still be on its way. */
const TELL_AGAIN_MS = LOOK_EVERY_MS / 2;

const isWatched = ({ state }: Ticket): boolean => state === 'open' || state === 'handed-back';

/** When it is read next: at once if something changed meanwhile, not at all when nobody works on it. */
const nextLook = (step: Step, ticket: Ticket, waitMs: number, now: Date): Step => {
  const { again, ...detail } = step.detail;
  const dueAt = again === true ? now : isWatched(ticket) ? new Date(now.getTime() + waitMs) : null;
  return { ...step, state: 'due', dueAt, detail };
};

/** A ticket was read. Closed with something new to hand back, it is handed back; a closed ticket that opens again is told of. */
export const finishLook = (handover: Handover, begun: Step, outcome: Outcome<Look | 'gone'>, now: Date): Change => {
  const step = stepOf(handover, begun, begun.name);
  const ticket = ticketOf(handover, begun);
  if (!step || !ticket || step.state !== 'started' || step.fence !== begun.fence) return { handover, events: [] };
  if (outcome.kind !== 'ok') {
    const failed = { ...nextLook(step, ticket, LOOK_AGAIN_AFTER_FAILURE_MS, now), problem: outcome.problem };
    return { handover: withStep(handover, failed), events: [] };
  }
  if (outcome.value === 'gone') {
    const lost = withTicket(handover, isWatched(ticket) ? { ...ticket, flag: GONE } : ticket);
    const seen = { ...nextLook(step, ticket, LOOK_FOR_LOST_MS, now), problem: GONE };
    return { handover: withStep(leaveUndone(lost, ticket), seen), events: [] };
  }
  const change = judge(ticket, outcome.value, now);
  const next = nextLook(step, change.ticket, lookEveryMs(change.ticket), now);
  const { asks, askedAt } = asking(step, change.ticket, now);
  const seen = withStep(takeUpAgain(handover, ticket, now), {
    ...next,
    problem: null,
    detail: { ...next.detail, askedAt },
  });
  if (change.refused) return { handover: refused(seen, change.ticket, change.refused, now).handover, events: [] };
  const { ticket: read, handBack } = change;
  const events: readonly HandoverEvent[] = [
    ...(handBack ? [{ kind: 'ticket-resolved' as const, ticket: read, handBack }] : []),
    ...(asks && !handBack ? [{ kind: 'ticket-opened' as const, ticket: read }] : []),
  ];
  return { handover: withTicket(seen, read), events };
};

/** Whoever is told of an open ticket that nobody needs says so. The first look is the first time it was told. */
const asking = (
  { detail: { askedAt } }: Step,
  { state }: Ticket,
  now: Date,
): { readonly asks: boolean; readonly askedAt: string } => {
  const last = typeof askedAt === 'string' ? askedAt : now.toISOString();
  const asks = state === 'open' && now.getTime() - Date.parse(last) >= ASK_EVERY_MS;
  return { asks, askedAt: asks ? now.toISOString() : last };
};

/** What was handed back was told a while ago, and nobody has said yet that the task has it, or that it does not do. */
const isUnheard = ({ state, handBack }: Ticket, now: Date): boolean =>
  state === 'handed-back' && now.getTime() - Date.parse(handBack?.toldAt ?? '1970-01-01') >= TELL_AGAIN_MS;

const judge = (
  before: Ticket,
  { issue, reading, handBack, digest, unreadable = [] }: Look,
  now: Date,
): { readonly ticket: Ticket; readonly handBack?: HandBack; readonly refused?: readonly FieldProblem[] } => {
  const found = before.flag?.code === GONE.code ? { ...before, flag: null } : before;
  const ticket: Ticket = { ...found, issue, reading };
  if (!reading.closed) {
    const wasBack = ticket.state === 'handed-back' || (ticket.state === 'settled' && ticket.handBack !== null);
    return { ticket: wasBack ? { ...ticket, flag: REOPENED } : ticket };
  }
  const closed = ticket.flag?.code === REOPENED.code ? { ...ticket, flag: null } : ticket;
  if (handBack === undefined || digest === undefined) return { ticket: closed };
  const isNews = ticket.state === 'open' && ticket.handBack?.digest !== digest;
  if (!isNews && !isUnheard(ticket, now)) return { ticket: closed };
  const { outcome } = handBack;
  if (isNews && outcome === 'done' && unreadable.length > 0)
    return { ticket: { ...closed, handBack: { digest, outcome } }, refused: unreadable };
  // That it won't be done ends the task, so nobody answers for this ticket any more.
  const state = outcome === 'declined' && ticket.fields !== undefined ? 'settled' : 'handed-back';
  const told = { digest, outcome, toldAt: now.toISOString() };
  return { ticket: { ...closed, state, flag: null, handBack: told }, handBack };
};
