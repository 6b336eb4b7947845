import type { Clock, NewId } from '@pao/kernel';
import type { TaskCancellation, TaskCommand } from '../domain/task-command.ts';
import type { ActionRunners } from '../ports/action-runner.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { CompileOutputs } from '../ports/output-expressions.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import { createCancelTask } from './cancel-task.ts';
import { createExecuteTask, type Executed } from './execute-task.ts';
import { createFindEffect } from './find-effect.ts';
import { createPrepareTask } from './prepare-task.ts';
import { createRecordEnd } from './record-end.ts';
import { createSettleAbandonedAttempts } from './settle-abandoned-attempts.ts';
import { createSettleAttempt } from './settle-attempt.ts';
import { createTellProgress } from './tell-progress.ts';
import { createTryEffect } from './try-effect.ts';

export interface ExecutorDependencies {
  readonly ledger: AttemptLedger;
  readonly runners: ActionRunners;
  readonly compileOutputs: CompileOutputs;
  /** Undefined without keys: then commands with secrets fail. */
  readonly sealer: Sealer | undefined;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
  readonly announceAfterMs: number;
  readonly inContextOf: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
}

/** What the executor can be asked to do. */
export interface Executor {
  readonly executeTask: (command: TaskCommand) => Promise<Executed>;
  readonly cancelTask: (cancellation: TaskCancellation) => Promise<void>;
  readonly settleAbandonedAttempts: () => Promise<number>;
}

/** The use cases on their ports. */
export const createExecutor = (dependencies: ExecutorDependencies): Executor => {
  const { timing } = dependencies;
  const steps = {
    prepare: createPrepareTask(dependencies),
    tryEffect: createTryEffect(timing),
    findEffect: createFindEffect(timing),
    recordEnd: createRecordEnd(dependencies),
    tellProgress: createTellProgress(dependencies),
  };
  const settle = createSettleAttempt({ ...dependencies, ...steps });
  return {
    executeTask: createExecuteTask({ ...dependencies, ...steps, settle }),
    cancelTask: createCancelTask(dependencies),
    settleAbandonedAttempts: createSettleAbandonedAttempts({ ...dependencies, settle }),
  };
};
