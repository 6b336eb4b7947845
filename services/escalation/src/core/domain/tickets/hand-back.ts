import {
  type Change,
  type HandBack,
  type Handover,
  type IssueReference,
  newStep,
  type Problem,
  type Step,
  stepOf,
  type Ticket,
  type TicketId,
  type TicketReading,
  ticketOf,
  withStep,
  withTicket,
} from './handover.ts';
import { LOOK_EVERY_MS, type Outcome } from './ledger.ts';

/** A ticket as it is now. */
export interface Look {
  readonly issue: IssueReference;
  readonly reading: TicketReading;
  /** Present when it is closed. */
  readonly handBack?: HandBack;
  /** Of what is handed back; two that say the same have the same. */
  readonly digest?: string;
}

const GONE: Problem = {
  code: 'TICKET_GONE',
  message: 'The ticket does not exist any more, or the account may not see it. Complete the task by hand.',
};
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
    return { handover: withStep(lost, nextLook(step, ticket, LOOK_FOR_LOST_MS, now)), events: [] };
  }
  const change = judge(ticket, outcome.value, now);
  const seen = withStep(handover, { ...nextLook(step, change.ticket, lookEveryMs(change.ticket), now), problem: null });
  const events = change.handBack
    ? [{ kind: 'ticket-resolved' as const, ticket: change.ticket, handBack: change.handBack }]
    : [];
  return { handover: withTicket(seen, change.ticket), events };
};

/** What was handed back was told a while ago, and nobody has said yet that the task has it, or that it does not do. */
const isUnheard = ({ state, handBack }: Ticket, now: Date): boolean =>
  state === 'handed-back' && now.getTime() - Date.parse(handBack?.toldAt ?? '1970-01-01') >= TELL_AGAIN_MS;

const judge = (
  before: Ticket,
  { issue, reading, handBack, digest }: Look,
  now: Date,
): { readonly ticket: Ticket; readonly handBack?: HandBack } => {
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
  // That it won't be done ends the task, so nobody answers for this ticket any more.
  const state = outcome === 'declined' && ticket.fields !== undefined ? 'settled' : 'handed-back';
  const told = { digest, outcome, toldAt: now.toISOString() };
  return { ticket: { ...closed, state, flag: null, handBack: told }, handBack };
};

export interface FieldProblem {
  readonly field: string;
  readonly issue: string;
}

/** What was handed back is not what later tasks need: the ticket says so, and the next change of it is handed back again. */
export const refuseHandBack = (
  handover: Handover,
  id: TicketId,
  problems: readonly FieldProblem[],
  now: Date,
): Change | undefined => {
  const ticket = ticketOf(handover, id);
  if (ticket?.state !== 'handed-back') return undefined;
  const list = problems.map(({ field, issue }) => `${field} ${issue}`).join('; ');
  const flag = { code: 'HAND_BACK_REFUSED', message: `What was handed back does not do: ${list}`.slice(0, 2_000) };
  const count = handover.steps.filter(({ name }) => name.startsWith('comment:refused')).length + 1;
  const text = `What this ticket hands back does not do, so its task still waits:\n${problems
    .map(({ field, issue }) => `- ${field}: ${issue}`)
    .join('\n')}\nAdd a comment with a code block “outputs” that says what is missing; the ticket may stay closed.`;
  const open = withTicket(handover, { ...ticket, state: 'open', flag });
  const commented = withStep(open, newStep(ticket, `comment:refused-${count}`, now, { text: text.slice(0, 8_000) }));
  const look = stepOf(commented, ticket, 'look');
  if (look === undefined) return { handover: commented, events: [] };
  // It may have been changed since it was handed back.
  const soon: Step =
    look.state === 'started' ? { ...look, detail: { ...look.detail, again: true } } : { ...look, dueAt: now };
  return { handover: withStep(commented, soon), events: [] };
};
