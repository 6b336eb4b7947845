import {
  blockerOf,
  type Handover,
  isParent,
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

/** Which tickets have to be there for it. */
const needed = (step: Step): readonly TicketId[] => {
  const kind = kindOf(step);
  if (kind === 'link') return [step, blockerOf(step)];
  return kind === 'comment' || kind === 'close' ? [step] : [];
};

const needs = (step: Step, id: TicketId): boolean => needed(step).some((one) => isSame(one, id));

const left = (step: Step): Step => ({ ...step, state: 'flagged', dueAt: null, problem: GONE });

/** The last look said so. */
const isKnownGone = (handover: Handover, id: TicketId): boolean =>
  stepOf(handover, id, 'look')?.problem?.code === GONE.code;

/** Created here for a task, even if too late for anybody to work on it: not only named by others, or above others. */
const isOurs = (handover: Handover, id: TicketId): boolean =>
  stepOf(handover, id, 'create') !== undefined && !isParent(handover, id);

/** Whether or not people work on it. For links nobody begins to read what is somebody else's. */
const lookSoon = (handover: Handover, step: Step, id: TicketId, now: Date): Handover => {
  const isToBegin = kindOf(step) !== 'link' || isOurs(handover, id);
  const look = stepOf(handover, id, 'look') ?? (isToBegin ? newStep(id, 'look', now) : undefined);
  return look ? withStep(handover, { ...look, dueAt: now }) : handover;
};

/** Something was refused: left when its ticket is known to be gone. Refused again and again it may be gone, and is read. */
export const judgeRefused = (handover: Handover, step: Step, now: Date): Handover => {
  const ids = needed(step);
  if (ids.some((id) => isKnownGone(handover, id))) return withStep(handover, left(step));
  if (step.tries < REFUSED_BEFORE_LOOK) return handover;
  return ids.reduce((next, id) => lookSoon(next, step, id, now), handover);
};

/** What was still to be done on a ticket that is gone is left, with a note. What waits for another ticket as well goes on waiting. */
export const leaveUndone = (handover: Handover, id: TicketId): Handover => ({
  ...handover,
  steps: handover.steps.map((step) =>
    needs(step, id) && step.state === 'due' && step.dueAt !== null ? left(step) : step,
  ),
});

/** It is there after all. */
export const takeUpAgain = (handover: Handover, id: TicketId, now: Date): Handover => ({
  ...handover,
  steps: handover.steps.map((step) =>
    needs(step, id) && step.state === 'flagged' && step.problem?.code === GONE.code
      ? { ...step, state: 'due', dueAt: now, tries: 0, problem: null }
      : step,
  ),
});
