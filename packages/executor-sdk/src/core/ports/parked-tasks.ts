import type { AttemptKey, Hold } from '../domain/attempt.ts';
import type { DoneStep } from '../domain/steps.ts';
import type { TaskCancellation, TaskCommand, TaskReference } from '../domain/task-command.ts';
import type { TaskEvent } from '../domain/task-events.ts';
import type { Answer, Park } from '../domain/verdict.ts';
import type { NewPark, NextAttempt } from './step-ledger.ts';

/** A parked task that somebody looks at, under a fence of its own: an answer, a cancellation or a later look takes it away. */
export interface ParkedTask {
  readonly command: TaskCommand;
  /** Of the step that parked it. */
  readonly key: AttemptKey;
  readonly fence: number;
  readonly park: Park;
  readonly done: readonly DoneStep[];
  readonly answer?: Answer | undefined;
  readonly answered?: string | undefined;
  readonly startedAt: Date;
  readonly since: Date;
  /** Database time, as all of these. */
  readonly claimedAt: Date;
  readonly until: Date;
  /** Looks before this one, and those of them that failed in a row. */
  readonly looks: number;
  readonly failures: number;
  readonly sequence: number;
  /** A higher generation of the task is known. */
  readonly superseded: boolean;
}

/** What a look at a parked task came to, beside a next step. */
export type Settlement =
  /** It waits on. Without an event people would see the same. `progress` are lines of its log. */
  | {
      readonly kind: 'parked';
      readonly park: Omit<NewPark, 'event' | 'command' | 'startedAt' | 'done'>;
      readonly event?: TaskEvent;
      readonly progress?: TaskEvent;
    }
  /** The look failed: its answer, if there was one, stays. */
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'ended'; readonly event: TaskEvent }
  /** It is of a generation that is over. */
  | { readonly kind: 'dropped' };

export interface GivenAnswer {
  readonly answer: Answer;
  /** Tells answers apart. */
  readonly digest: string;
}

/**
 * Tasks that wait: a row each, and no worker, message or lock. One whose time has come is claimed with a lease; who does not settle it
 * loses it to the next. A change is stored with the event that tells of it. All methods throw TransientError while the store is away.
 */
export interface ParkedTasks {
  /** Those whose time has come, the longest overdue first. */
  claimDue(limit: number, leaseMs: number): Promise<readonly ParkedTask[]>;
  /** Milliseconds until the next one; undefined when nothing is parked. */
  nextWakeMs(): Promise<number | undefined>;
  /** `lost`: the claim was taken away, and nothing is stored. */
  settle(task: ParkedTask, settlement: Settlement): Promise<'recorded' | 'lost'>;
  /** Begins the next step of a task that is parked no more. Safe to repeat. */
  goOn(task: ParkedTask, next: NextAttempt): Promise<Hold | 'lost'>;
  /**
   * Keeps what came and wakes the task. `known`: the same came before. `early`: the step before is still under way. `not-waiting`: it
   * waits for nothing of the kind, or has had its answer.
   */
  answer(task: TaskReference, given: GivenAnswer): Promise<'stored' | 'known' | 'early' | 'not-waiting'>;
  /** Ends the wait for good, with the event that tells it; false when the generation is not parked. */
  cancel(cancellation: TaskCancellation, event: TaskEvent): Promise<boolean>;
}
