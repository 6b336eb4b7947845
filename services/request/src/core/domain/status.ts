import type { RequestStatus, TaskStatus } from './transitions.ts';

/**
 * What people decided about a request, as far as it still shapes its state. `proceed`: somebody let it go on (approval, a retry
 * that has started, a hand-back). `aborting`: somebody aborted it; it is over as soon as nothing of it is left. Null: nobody had to
 * decide anything.
 */
export type Decision = 'awaiting-approval' | 'proceed' | 'retrying' | 'aborting' | 'escalating' | 'escalated' | null;

export const hasFailed = (status: TaskStatus): boolean => status === 'failed' || status === 'stuck';
/** Nothing is left to do of it, and what waits for it may go. */
export const isOver = (status: TaskStatus): boolean => status === 'completed' || status === 'skipped';
/** An executor may be at it, or be about to begin. */
export const isUnderWay = (status: TaskStatus): boolean =>
  status === 'queued' || status === 'processing' || status === 'waiting';
const isLeft = (status: TaskStatus): boolean => status === 'pending' || isUnderWay(status);
const hasBegun = (status: TaskStatus): boolean => status !== 'pending' && status !== 'queued';

export interface StatedTask {
  readonly status: TaskStatus;
  /** Not null: it undoes another. Such tasks are there from the moment that a person decides to roll back, and never go. */
  readonly rollbackOf: number | null;
}

export const isRolledBack = (tasks: readonly Pick<StatedTask, 'rollbackOf'>[]): boolean =>
  tasks.some(({ rollbackOf }) => rollbackOf !== null);

/** The state of a request: a function of what people decided and of the states of its tasks, and of nothing else. */
export const statusOf = (decision: Decision, tasks: readonly StatedTask[]): RequestStatus => {
  if (decision === 'awaiting-approval') return decision;
  if (decision === 'aborting') return tasks.some(({ status }) => isLeft(status)) ? 'aborting' : 'aborted';
  const isUndone = isRolledBack(tasks);
  if (tasks.every(({ status }) => isOver(status))) return isUndone ? 'aborted' : 'completed';
  if (decision === 'escalating' || decision === 'escalated') return decision;
  if (tasks.some(({ status }) => hasFailed(status))) return 'failed';
  if (isUndone) return 'rolling-back';
  if (decision === 'retrying') return 'retrying';
  if (decision === 'proceed' || tasks.some(({ status }) => hasBegun(status))) return 'processing';
  return 'submitted';
};

/** New tasks are queued only in these states: in all others the request has ended or waits for a person. */
export const isRunning = (status: RequestStatus): boolean =>
  status === 'submitted' || status === 'processing' || status === 'retrying' || status === 'rolling-back';
