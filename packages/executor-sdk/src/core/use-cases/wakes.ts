import type { Timing } from '../ports/timing.ts';

/** Other executors of the pool park tasks too; each looks after its own, and after those of one that is gone within this time. */
const LONGEST_MS = 15_000;

/** When parked tasks are next asked for: what keeps an executor with nothing to wake from asking. */
export interface Wakes {
  readonly areDue: () => boolean;
  /** Something will be due in so long. */
  readonly soon: (ms: number) => void;
  /** Before the store is asked: what is not known to be due sooner has time. */
  readonly rest: () => void;
}

export const createWakes = (timing: Timing): Wakes => {
  let next = timing.elapsed();
  return {
    areDue: () => timing.elapsed() >= next,
    soon: (ms) => {
      next = Math.min(next, timing.elapsed() + ms);
    },
    rest: () => {
      next = timing.elapsed() + LONGEST_MS;
    },
  };
};
