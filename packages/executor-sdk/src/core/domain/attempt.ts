import type { StepPoint } from './steps.ts';
import type { TaskCommand } from './task-command.ts';

/** One external side effect of one generation of a task: what is done at most once. */
export interface AttemptKey {
  readonly taskId: string;
  readonly generation: number;
  readonly step: string;
}

/** The step of a command that ended before any effect was tried. No effect may carry this name. */
export const REFUSED = 'refused';

/** The code of an attempt that was cancelled before it started. */
export const CANCELLED = 'CANCELLED';

/** The name an effect carries in the outer world: idempotency key, label, branch suffix. 60 characters or so. */
export const attemptName = ({ taskId, generation, step }: AttemptKey): string => `pao-${taskId}-g${generation}-${step}`;

export const keyOf = (command: TaskCommand, step: string): AttemptKey => ({
  taskId: command.taskId,
  generation: command.generation,
  step,
});

/** The right to record the end of an attempt; lost to whoever takes the attempt over after the lease. */
export interface Hold {
  readonly key: AttemptKey;
  readonly fence: number;
  /** Database time. */
  readonly startedAt: Date;
  readonly leaseMs: number;
}

/** An attempt that started, has no recorded end, and whose lease is over: nobody knows whether its effect happened. */
export interface InDoubtAttempt {
  readonly key: AttemptKey;
  readonly fence: number;
  readonly startedAt: Date;
  /** The command as it was when the attempt started. */
  readonly command: TaskCommand;
  /** What it was prepared from; absent for the first step. */
  readonly point?: StepPoint | undefined;
}

/** A lease outlives the action's time by what recording the end and its probes may take. */
const LEASE_MARGIN_MS = 30_000;

export const leaseMsOf = (command: TaskCommand): number => command.action.timeoutSeconds * 1_000 + LEASE_MARGIN_MS;
