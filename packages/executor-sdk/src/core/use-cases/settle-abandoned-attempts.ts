import { attemptName, type InDoubtAttempt } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { SettleAttempt } from './settle-attempt.ts';

/** Attempts settled side by side. */
const BATCH = 50;

export interface SettleAbandonedDependencies {
  readonly ledger: AttemptLedger;
  readonly settle: SettleAttempt;
  readonly observer: TaskObserver;
  /** Runs work in the trace and under the correlation id of a command. */
  readonly inContextOf: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
}

/**
 * Settles attempts in doubt whose command never came back, so that a lost message can't hide an effect. Returns how many were
 * settled here; those that fail are tried at the next sweep.
 */
export const createSettleAbandonedAttempts = (dependencies: SettleAbandonedDependencies) => {
  const { ledger, settle, observer, inContextOf } = dependencies;
  const settleOne = async (attempt: InDoubtAttempt): Promise<boolean> => {
    try {
      return await inContextOf(attempt.command, () => settle(attempt));
    } catch (thrown) {
      observer.troubled(`could not settle ${attemptName(attempt.key)}`, thrown);
      return false;
    }
  };
  return async (): Promise<number> => {
    const attempts = await ledger.listInDoubt(BATCH);
    const settled = await Promise.all(attempts.map(settleOne));
    return settled.filter(Boolean).length;
  };
};
