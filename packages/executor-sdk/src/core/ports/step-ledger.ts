import type { Hold } from '../domain/attempt.ts';
import type { DoneStep, GoneOn, StepPoint } from '../domain/steps.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { TaskEvent } from '../domain/task-events.ts';
import type { NextStep, Park } from '../domain/verdict.ts';
import type { AttemptEnd, NewAttempt, StartAnswer } from './attempt-ledger.ts';

/** The attempt of a later step. */
export interface NextAttempt {
  readonly command: TaskCommand;
  readonly next: NextStep;
  readonly point: StepPoint;
  readonly leaseMs: number;
  /** Above that of all who told log lines of this generation. */
  readonly fence: number;
}

/** A task that is left to itself. */
export interface NewPark {
  readonly command: TaskCommand;
  readonly park: Park;
  readonly done: readonly DoneStep[];
  readonly answered?: string | undefined;
  /** Of the step before it; for people. */
  readonly startedAt: Date;
  /** Database time. */
  readonly until: Date;
  readonly wakeInMs: number;
  /** Of the last line of its log. */
  readonly sequence: number;
  /** `task-waiting.v1`. */
  readonly event: TaskEvent;
}

/** What an earlier generation has done, and the database time now. */
export interface DoneBefore extends GoneOn {
  readonly generation: number;
  readonly step: string;
  readonly at: Date;
}

/** How a generation begins that goes on where an earlier one failed. */
export type CarriedOn =
  | { readonly kind: 'step'; readonly attempt: NextAttempt }
  | { readonly kind: 'park'; readonly park: NewPark };

/**
 * The ledger of actions with several steps. Each write ends one thing and begins the next, so that nobody ever finds a task between
 * two steps. All methods throw TransientError while the store is away, and may then be called again.
 */
export interface StepLedger {
  /** FINISH of a step that is done and START of the next, which tells nobody. `late`: the hold was lost, and the end is kept as evidence. */
  advance(hold: Hold, end: AttemptEnd, next: NextAttempt): Promise<Hold | 'late'>;
  /** FINISH of a step that is done; the task waits from now on. */
  park(hold: Hold, end: AttemptEnd, parked: NewPark): Promise<'recorded' | 'late'>;
  /** Where the last of the generations before the command's has got to; undefined when none has done a step. */
  lastDone(command: TaskCommand): Promise<DoneBefore | undefined>;
  /**
   * Records `attempt.step` as done before, in the row that START would insert, and begins behind it: `started` gives the hold of the
   * later step; `ended` says that the task is parked. Any other answer is that of START.
   */
  carryOn(attempt: NewAttempt, before: DoneBefore, on: CarriedOn): Promise<StartAnswer>;
}
