import type { EndedRequests } from '../ports/ended-requests.ts';

export interface RetentionDays {
  readonly completed: number;
  readonly aborted: number;
  readonly failed: number;
}

export interface RemoveDependencies {
  readonly ended: EndedRequests;
  readonly now: () => Date;
  readonly days: RetentionDays;
}

const DAY_MS = 86_400_000;
/** A step is one short transaction. */
const STEP = 200;

/** Removes requests that ended long ago, step by step; a run that is ended goes on where the next one finds something. */
export const removeEndedRequests =
  ({ ended, now, days }: RemoveDependencies) =>
  async (signal: AbortSignal): Promise<number> => {
    const before = (count: number): Date => new Date(now().getTime() - count * DAY_MS);
    const limits = { completed: before(days.completed), aborted: before(days.aborted), failed: before(days.failed) };
    let after: string | undefined;
    let total = 0;
    do {
      const { last, removed } = await ended.removeNext({ after, limits, most: STEP });
      total += removed;
      after = last;
    } while (after !== undefined && !signal.aborted);
    return total;
  };
