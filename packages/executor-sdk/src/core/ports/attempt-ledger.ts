import type { CompletedTask } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import type { AttemptKey, Hold, InDoubtAttempt } from '../domain/attempt.ts';
import type { TaskCancellation, TaskCommand } from '../domain/task-command.ts';
import type { TaskEvent } from '../domain/task-events.ts';
import type { Ending } from '../domain/verdict.ts';

export interface NewAttempt {
  readonly command: TaskCommand;
  readonly step: string;
  readonly leaseMs: number;
}

/** An attempt that ends before any effect is tried. */
interface RefusedAttempt {
  readonly command: TaskCommand;
  readonly code: string;
  readonly evidence: JsonObject;
  readonly event: TaskEvent;
}

interface CancelledAttempt {
  readonly cancellation: TaskCancellation;
  /** The step that START would record. */
  readonly step: string;
  readonly event: TaskEvent;
}

export interface AttemptEnd {
  readonly outcome: Ending['kind'];
  /** Code of the failure, absent after a success. */
  readonly code?: string | undefined;
  readonly evidence: JsonObject;
  readonly externalRef?: string | undefined;
  /** Tries of this holder. */
  readonly tries: number;
}

export type StartAnswer =
  /** Recorded: the effect may begin. */
  | { readonly kind: 'started'; readonly hold: Hold }
  /** The attempt has an end (with `refuse`: this one). It is told once more: whoever sends a command again may not have heard of it. */
  | { readonly kind: 'ended' }
  /** Somebody is at it. */
  | { readonly kind: 'running'; readonly leaseLeftMs: number }
  | { readonly kind: 'in-doubt'; readonly attempt: InDoubtAttempt }
  /** A higher generation of the task is known: this command is over. */
  | { readonly kind: 'superseded' };

/**
 * The record of every external effect, the reason none happens twice unnoticed. `(task, generation, step)` starts once, ends
 * once. Leases are in the store's own time and end early for attempts of an earlier process of this instance. An event is stored
 * with the change it tells of, or neither is. All methods throw TransientError while the store is away.
 */
export interface AttemptLedger {
  /** Records that an effect is about to happen; durable when it resolves. At most one caller gets `started` for one key. */
  start(attempt: NewAttempt): Promise<StartAnswer>;
  /** Records start and end of an attempt that never was, unless the generation has one already. Never `started`. */
  refuse(attempt: RefusedAttempt): Promise<StartAnswer>;
  /**
   * Records that a generation never starts, with the event that tells it. `begun`: it has an attempt, or a later one has; nothing is
   * recorded then. What is known of its end is told once more.
   */
  cancel(attempt: CancelledAttempt): Promise<'cancelled' | 'begun'>;
  /** Stores an event about an attempt that still runs and is still held; otherwise does nothing. */
  announce(hold: Hold, event: TaskEvent): Promise<void>;
  /** Records the end. `late`: the hold was lost; the end is kept as evidence and the event is dropped. Safe to repeat. */
  finish(hold: Hold, end: AttemptEnd, event: TaskEvent): Promise<'recorded' | 'late'>;
  /**
   * Records the end, a success, and in the same write that the effect of the next task is about to happen: both, and the hold of the next,
   * or neither, where that can't start or the hold was lost. Nobody is told: whatever is told of the next task tells `completed`, too, and
   * who asks for the first one is answered by what stands of the next. Safe to repeat.
   */
  follow(hold: Hold, end: AttemptEnd, completed: CompletedTask, next: NewAttempt): Promise<Hold | undefined>;
  /** Takes over an attempt in doubt with a higher fence. Undefined when somebody else did, or it has ended. */
  takeOver(attempt: { readonly key: AttemptKey; readonly fence: number }, leaseMs: number): Promise<Hold | undefined>;
  /** Attempts in doubt, the oldest first. */
  listInDoubt(limit: number): Promise<readonly InDoubtAttempt[]>;
}
