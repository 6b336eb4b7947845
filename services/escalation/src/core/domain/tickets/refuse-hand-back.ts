import {
  type Change,
  type Handover,
  newStep,
  type Step,
  stepOf,
  type Ticket,
  type TicketId,
  ticketOf,
  withStep,
  withTicket,
} from './handover.ts';

export interface FieldProblem {
  readonly field: string;
  readonly issue: string;
}

/** The ticket waits on, flagged with what is wrong, and a comment on it says so, too. */
export const refused = (
  handover: Handover,
  ticket: Ticket,
  problems: readonly FieldProblem[],
  now: Date,
): { readonly handover: Handover; readonly ticket: Ticket } => {
  const list = problems.map(({ field, issue }) => `${field} ${issue}`).join('; ');
  const flag = { code: 'HAND_BACK_REFUSED', message: `What was handed back does not do: ${list}`.slice(0, 2_000) };
  const count = handover.steps.filter(({ name }) => name.startsWith('comment:refused')).length + 1;
  const text = `What this ticket hands back does not do, so its task still waits:\n${problems
    .map(({ field, issue }) => `- ${field}: ${issue}`)
    .join('\n')}\nAdd a comment with a code block “outputs” that says what is missing; the ticket may stay closed.`;
  const open: Ticket = { ...ticket, state: 'open', flag };
  const comment = newStep(ticket, `comment:refused-${count}`, now, { text: text.slice(0, 8_000) });
  return { handover: withStep(withTicket(handover, open), comment), ticket: open };
};

/** What was handed back is not what later tasks need: the ticket says so, and the next change of it is handed back again. */
export const refuseHandBack = (
  handover: Handover,
  id: TicketId,
  problems: readonly FieldProblem[],
  now: Date,
): Change | undefined => {
  const ticket = ticketOf(handover, id);
  if (ticket?.state !== 'handed-back') return undefined;
  const { handover: commented } = refused(handover, ticket, problems, now);
  const look = stepOf(commented, ticket, 'look');
  if (look === undefined) return { handover: commented, events: [] };
  // It may have been changed since it was handed back.
  const soon: Step =
    look.state === 'started' ? { ...look, detail: { ...look.detail, again: true } } : { ...look, dueAt: now };
  return { handover: withStep(commented, soon), events: [] };
};
