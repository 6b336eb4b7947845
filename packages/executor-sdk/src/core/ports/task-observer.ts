import type { AttemptKey } from '../domain/attempt.ts';
import type { TaskCancellation, TaskCommand, TaskReference } from '../domain/task-command.ts';
import type { Ending, Park } from '../domain/verdict.ts';

export interface EndReport {
  readonly command: TaskCommand;
  readonly ending: Ending;
  /** Milliseconds from START, or 0 where there was none. */
  readonly tookMs: number;
}

/** Is told what happens, for logs and metrics. Never throws. */
export interface TaskObserver {
  ended(report: EndReport): void;
  /** A result that came after somebody else had taken the attempt over. */
  cameLate(report: EndReport): void;
  superseded(command: TaskCommand): void;
  cancelled(cancellation: TaskCancellation, outcome: 'cancelled' | 'begun' | 'parked'): void;
  /** Nothing of the task is under way until what it waits for has come. */
  parked(command: TaskCommand, park: Park): void;
  /** What came for a task, and whether it waits for that. */
  answered(task: TaskReference, outcome: 'stored' | 'known' | 'early' | 'not-waiting'): void;
  tookOver(key: AttemptKey): void;
  /** Something that is not vital failed, such as telling that a task is under way. */
  troubled(what: string, reason: unknown): void;
}
