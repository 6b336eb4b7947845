import type { Effect } from './action-runner.ts';

/** One task that is about to call its target for the first time. */
export interface Visit {
  /** The same each time the task comes back. */
  readonly key: string;
  readonly type: string;
  readonly effect: Effect;
}

export type Admission =
  /** `effect` is the one to run: what comes of it is noted. `leave` is called once nothing of the visit is under way any more. */
  | { readonly kind: 'admitted'; readonly effect: Effect; leave(): void }
  /** `reason` is for people; `first`: it is this visit's first turn to wait. */
  | { readonly kind: 'wait'; readonly afterMs: number; readonly reason: string; readonly first: boolean };

/**
 * Stands before targets: keeps tasks from one that fails, that asked for patience, or that takes no more at once or a minute. Asked
 * before START, so whoever has to wait holds nothing. Those who wait are let in by the order of their coming.
 */
export interface Gate {
  enter(visit: Visit): Admission;
}
