import { announce } from './announce.ts';
import { judgeRefused } from './gone-ticket.ts';
import {
  blockerOf,
  type Change,
  type Handover,
  type IssueReference,
  isOpenStep,
  isParent,
  isSame,
  kindOf,
  newStep,
  type Problem,
  type Step,
  stepOf,
  type Ticket,
  ticketOf,
  withStep,
  withTicket,
} from './handover.ts';
import { closing } from './withdraw.ts';

/** What became of one call. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Nothing happened, and the same may work later. */
  | { readonly kind: 'not-executed'; readonly problem: Problem; readonly retryAfterMs?: number }
  /** Nothing happened, and it takes a change of something until it works. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'unknown'; readonly problem: Problem };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How long after a creation in doubt the ticket is looked for: the search of a ticket system lags behind. */
const PROBES_AFTER_MS = [0, 15 * SECOND, MINUTE, 5 * MINUTE];
/** A search that fails proves nothing and is repeated, but not for ever. */
const MOST_FAILED_SEARCHES = 10;
/** How often a ticket is read on which people work, beside what the ticket system itself announces. */
export const LOOK_EVERY_MS = 10 * MINUTE;
/** A ticket that was there before it was known here: that it changed may have been said already, and nobody would say it again. */
export const FIRST_LOOK_MS = 3 * SECOND;

const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

const backOffMs = (tries: number): number => Math.min(5 * SECOND * 2 ** Math.min(tries, 10), 10 * MINUTE);
/** It takes a person to change something first. */
const refusedBackOffMs = (tries: number): number => Math.min(MINUTE * 2 ** Math.min(tries, 10), 60 * MINUTE);

/** The step to be done now, marked as begun under this lease; undefined when none is due. */
export const begin = (
  handover: Handover,
  fence: number,
  now: Date,
): { readonly handover: Handover; readonly step: Step } | undefined => {
  const due = handover.steps
    .filter((step) => isOpenStep(step) && step.dueAt !== null && step.dueAt <= now)
    .toSorted((a, b) => (a.dueAt?.getTime() ?? 0) - (b.dueAt?.getTime() ?? 0))[0];
  if (due === undefined) return undefined;
  // Whoever began to create the ticket is gone, and it may be there: it is looked for, never created again.
  const isAbandoned = due.state === 'started' && kindOf(due) === 'create';
  const state = isAbandoned || due.state === 'in-doubt' ? 'in-doubt' : 'started';
  const probes = isAbandoned ? 0 : due.probes;
  const step: Step = { ...due, state, probes, fence };
  return { handover: withStep(handover, step), step };
};

/** A call that was not made after all, since it could not be prepared. */
export const postpone = (
  handover: Handover,
  begun: Step,
  outcome: Exclude<Outcome<never>, { kind: 'ok' }>,
  now: Date,
) => announce(withStep(handover, again(currentOf(handover, begun), outcome, now)));

const currentOf = (handover: Handover, begun: Step): Step => stepOf(handover, begun, begun.name) ?? begun;

const again = (step: Step, outcome: Exclude<Outcome<never>, { kind: 'ok' }>, now: Date): Step => {
  const wait =
    outcome.kind === 'refused'
      ? refusedBackOffMs(step.tries)
      : Math.max(backOffMs(step.tries), outcome.kind === 'not-executed' ? (outcome.retryAfterMs ?? 0) : 0);
  const detail = { ...step.detail, definite: outcome.kind === 'refused' };
  return { ...step, state: 'due', tries: step.tries + 1, dueAt: later(now, wait), problem: outcome.problem, detail };
};

interface Opening {
  readonly now: Date;
  /** Until it is read first. */
  readonly lookInMs: number;
}

/** The ticket exists: links to and from it can be made, and people can work on it. */
const opened = (handover: Handover, id: Ticket, issue: IssueReference, { now, lookInMs }: Opening): Handover => {
  const ticket = ticketOf(handover, id) ?? id;
  const create = stepOf(handover, id, 'create');
  const wanted = ticket.state === 'wanted';
  let next = withTicket(handover, { ...ticket, issue, state: wanted ? 'open' : ticket.state, flag: null });
  if (create) next = withStep(next, { ...create, state: 'done', dueAt: null, problem: null });
  if (!wanted) return closing(next, { ...ticket, issue }, now);
  const withLook = isParent(next, ticket) ? next : withStep(next, newStep(ticket, 'look', later(now, lookInMs)));
  return { ...withLook, steps: withLook.steps.map((step) => linkDue(withLook, step, now)) };
};

const linkDue = (handover: Handover, step: Step, now: Date): Step => {
  if (kindOf(step) !== 'link' || step.state !== 'due' || step.dueAt !== null) return step;
  const ends = [ticketOf(handover, step), ticketOf(handover, blockerOf(step))];
  return ends.every((ticket) => ticket?.issue) ? { ...step, dueAt: now } : step;
};

/** What a creation came to. A ticket that was created is true, whoever holds the lease by now. */
export const finishCreate = (handover: Handover, begun: Step, outcome: Outcome<IssueReference>, now: Date): Change => {
  const step = currentOf(handover, begun);
  const ticket = ticketOf(handover, begun);
  if (ticket === undefined || step.state === 'done') return { handover, events: [] };
  if (outcome.kind === 'ok') return announce(opened(handover, ticket, outcome.value, { now, lookInMs: LOOK_EVERY_MS }));
  if (step.state !== 'started' || step.fence !== begun.fence) return { handover, events: [] };
  // Withdrawn while the call was under way: what did not happen is not tried again.
  if (outcome.kind !== 'unknown' && ticket.state !== 'wanted')
    return announce(withStep(handover, { ...step, state: 'void', dueAt: null }));
  if (outcome.kind !== 'unknown') return announce(withStep(handover, again(step, outcome, now)));
  const problem = outcome.problem;
  return announce(withStep(handover, { ...step, state: 'in-doubt', probes: 0, tries: 0, dueAt: now, problem }));
};

const flagged = (step: Step, problem: Problem): Step => ({ ...step, state: 'flagged', dueAt: null, problem });

/** What a search for a ticket in doubt came to. */
export const finishProbe = (
  handover: Handover,
  begun: Step,
  outcome: Outcome<readonly IssueReference[]>,
  now: Date,
): Change => {
  const step = currentOf(handover, begun);
  const ticket = ticketOf(handover, begun);
  if (ticket === undefined || step.state !== 'in-doubt' || step.fence !== begun.fence) return { handover, events: [] };
  if (outcome.kind !== 'ok') {
    const tries = step.tries + 1;
    const waiting = { ...step, tries, dueAt: later(now, backOffMs(tries)) };
    const overdue = tries >= MOST_FAILED_SEARCHES;
    return announce(withStep(handover, overdue ? flagged(step, unknownProblem(outcome.problem.message)) : waiting));
  }
  const [first, ...more] = outcome.value;
  if (first && more.length > 0) return announce(withStep(handover, flagged(step, several(outcome.value))));
  if (first) return announce(opened(handover, ticket, first, { now, lookInMs: FIRST_LOOK_MS }));
  const probes = step.probes + 1;
  const [last = 0, next] = [PROBES_AFTER_MS[step.probes], PROBES_AFTER_MS[probes]];
  if (next === undefined) return announce(withStep(handover, flagged(step, unknownProblem())));
  return announce(withStep(handover, { ...step, probes, dueAt: later(now, next - last) }));
};

const unknownProblem = (why = 'no ticket with its label is found, which proves nothing'): Problem => ({
  code: 'OUTCOME_UNKNOWN',
  message: `Nobody knows whether the ticket was created: ${why}. Look for it, then name it, or have it created again.`,
});

const several = (issues: readonly IssueReference[]): Problem => ({
  code: 'SEVERAL_TICKETS',
  message: `Several tickets carry its label: ${issues.map(({ key }) => key).join(', ')}. Name the one that counts.`,
});

/** What a link, a comment or a closing came to. Each of them is looked for before it is done, so it may be tried again. */
export const finishRepeatable = (handover: Handover, begun: Step, outcome: Outcome<unknown>, now: Date): Change => {
  const step = currentOf(handover, begun);
  if (step.state !== 'started' || step.fence !== begun.fence) return { handover, events: [] };
  if (outcome.kind === 'ok')
    return announce(withStep(handover, { ...step, state: 'done', dueAt: null, problem: null }));
  const next = again(step, outcome, now);
  // Nobody waits for these: after a while they are left to people.
  const left = withStep(handover, next.tries >= MOST_TRIES ? flagged(next, outcome.problem) : next);
  return announce(outcome.kind === 'refused' ? judgeRefused(left, next, now) : left);
};

const MOST_TRIES = 12;

/** A person decided about a ticket that is not there: create it (again). */
export const createAgain = (handover: Handover, ticket: Ticket, now: Date): Change => {
  const create = stepOf(handover, ticket, 'create');
  if (create === undefined) return { handover, events: [] };
  const isNew = create.state === 'flagged';
  const before = create.detail['again'];
  const detail = isNew ? { ...create.detail, again: (typeof before === 'number' ? before : 1) + 1 } : create.detail;
  const step: Step = { ...create, state: 'due', dueAt: now, tries: 0, probes: 0, problem: null, detail };
  return { handover: withStep(handover, step), events: [] };
};

/** A person names the ticket of a task. */
export const adopt = (handover: Handover, ticket: Ticket, issue: IssueReference, now: Date): Change =>
  announce(opened(handover, ticket, issue, { now, lookInMs: FIRST_LOOK_MS }));

/** The ticket system announced that something changed: the ticket is read soon. */
export const hint = (handover: Handover, issueId: string, now: Date): Change => {
  const tickets = handover.tickets.filter(({ issue }) => issue?.id === issueId);
  const steps = handover.steps.map((step): Step => {
    if (step.name !== 'look' || !tickets.some((ticket) => isSame(ticket, step))) return step;
    if (step.state === 'started') return { ...step, detail: { ...step.detail, again: true } };
    return { ...step, state: 'due', dueAt: now };
  });
  return { handover: { ...handover, steps }, events: [] };
};
