import { err, ok, type Result } from '@pao/kernel';
import type { RequestEvent } from './decide.ts';
import { tasksToEscalate } from './escalation.ts';
import type { Request, Task } from './request.ts';
import { isUnderWay } from './status.ts';

/** A person wants undone what a failed request has done. */
export interface RollbackDecision {
  readonly kind: 'rollback';
  readonly at: Date;
  readonly reason: string | null;
  /** Whoever decides has been told that a task may have taken effect, which no undo takes away. */
  readonly acknowledgeUnknown: boolean;
  /** What undoes it, in this order. */
  readonly undos: readonly Task[];
}

export type RollbackRefusal =
  /** An executor is at these tasks, or is about to begin. */
  | { readonly kind: 'under-way'; readonly tasks: readonly Task[] }
  /** Nothing it has done can be undone here. */
  | { readonly kind: 'nothing-to-undo' };

/** What was not done is left out, and what was done is undone, last things first. */
export const decideRollback = (
  request: Request,
  { at, reason, undos }: RollbackDecision,
): Result<readonly RequestEvent[], RollbackRefusal> => {
  const underWay = request.tasks.filter(({ status }) => isUnderWay(status));
  if (underWay.length > 0) return err({ kind: 'under-way', tasks: underWay });
  if (undos.length === 0) return err({ kind: 'nothing-to-undo' });
  const skipped = tasksToEscalate(request).map(({ position }) => position);
  return ok([{ kind: 'request-rollback', at, reason, skipped, undos }]);
};
