import {
  type Handover,
  isSame,
  kindOf,
  newStep,
  type Problem,
  type Step,
  stepOf,
  type TicketId,
  withStep,
} from './handover.ts';

export const GONE: Problem = {
  code: 'TICKET_GONE',
  message: 'The ticket does not exist any more, or the account may not see it. Complete the task by hand.',
};

/** So often it is tried before somebody asks whether the ticket is there at all. */
const REFUSED_BEFORE_LOOK = 3;

const isOnTicket = (step: Step, id: TicketId): boolean =>
  isSame(step, id) && (kindOf(step) === 'comment' || kindOf(step) === 'close');

/** A ticket that refuses what is to be done on it again and again may be gone: it is read, whether or not people work on it. */
export const lookForRefusing = (handover: Handover, step: Step, now: Date): Handover => {
  if (step.tries < REFUSED_BEFORE_LOOK || !isOnTicket(step, step)) return handover;
  const look = stepOf(handover, step, 'look') ?? newStep(step, 'look', now);
  return look.state === 'due' ? withStep(handover, { ...look, dueAt: now }) : handover;
};

/** What was still to be done on a ticket that is gone is left, with a note. */
export const leaveUndone = (handover: Handover, id: TicketId): Handover => ({
  ...handover,
  steps: handover.steps.map((step) =>
    isOnTicket(step, id) && step.state === 'due' ? { ...step, state: 'flagged', dueAt: null, problem: GONE } : step,
  ),
});

/** It is there after all. */
export const takeUpAgain = (handover: Handover, id: TicketId, now: Date): Handover => ({
  ...handover,
  steps: handover.steps.map((step) =>
    isOnTicket(step, id) && step.state === 'flagged' && step.problem?.code === GONE.code
      ? { ...step, state: 'due', dueAt: now, tries: 0, problem: null }
      : step,
  ),
});
