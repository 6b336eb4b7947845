import type { AttemptKey } from '../domain/attempt.ts';
import type { TaskCancellation, TaskCommand } from '../domain/task-command.ts';
import type { Ending } from '../domain/verdict.ts';

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
  cancelled(cancellation: TaskCancellation, outcome: 'cancelled' | 'begun'): void;
  tookOver(key: AttemptKey): void;
  /** Something that is not vital failed, such as telling that a task is under way. */
  troubled(what: string, reason: unknown): void;
}
