import type { Clock, NewId } from '@pao/kernel';
import type { TaskCancellation, TaskCommand, TaskReference } from '../domain/task-command.ts';
import type { ActionRunners } from '../ports/action-runner.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { Gate } from '../ports/gate.ts';
import type { Notices } from '../ports/notices.ts';
import type { CompileOutputs } from '../ports/output-expressions.ts';
import type { GivenAnswer, ParkedTasks } from '../ports/parked-tasks.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { StepLedger } from '../ports/step-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import { createAnswerTask } from './answer-task.ts';
import { createBeginTask } from './begin-task.ts';
import { createCancelTask } from './cancel-task.ts';
import { createConclude } from './conclude.ts';
import { createEnterTarget } from './enter-target.ts';
import { createExecuteTask, type Executed, type ExecuteTask } from './execute-task.ts';
import { createFindEffect } from './find-effect.ts';
import { createLookAtParked } from './look-at-parked.ts';
import { createLookOnce } from './look-once.ts';
import { createPrepareTask } from './prepare-task.ts';
import { createRecordEnd } from './record-end.ts';
import { createRunAttempt } from './run-attempt.ts';
import { createSettleAbandonedAttempts } from './settle-abandoned-attempts.ts';
import { createSettleAttempt } from './settle-attempt.ts';
import { createTellProgress } from './tell-progress.ts';
import { createTryEffect } from './try-effect.ts';
import { createWakeParkedTasks } from './wake-parked-tasks.ts';
import { createWakes } from './wakes.ts';

export interface ExecutorDependencies {
  readonly ledger: AttemptLedger;
  readonly steps: StepLedger;
  readonly parked: ParkedTasks;
  readonly runners: ActionRunners;
  readonly compileOutputs: CompileOutputs;
  /** Undefined without keys: then commands with secrets fail. */
  readonly sealer: Sealer | undefined;
  /** Undefined: no task waits for its target. */
  readonly gate?: Gate | undefined;
  /** Where tasks that wait there are told of. */
  readonly notices?: Notices | undefined;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
  readonly announceAfterMs: number;
  readonly inContextOf: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
  /** Around each task that began right behind another. */
  readonly inTaskSpan: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
}

/** What the executor can be asked to do. */
export interface Executor {
  readonly executeTask: ExecuteTask;
  readonly cancelTask: (cancellation: TaskCancellation) => Promise<void>;
  readonly answerTask: (task: TaskReference, given: GivenAnswer) => Promise<Executed>;
  readonly settleAbandonedAttempts: () => Promise<number>;
  /** To be called every second or so; asks the store only when something may be due. */
  readonly wakeParkedTasks: () => Promise<number>;
}

/** The use cases on their ports. */
export const createExecutor = (dependencies: ExecutorDependencies): Executor => {
  const { timing } = dependencies;
  const parts = {
    ...dependencies,
    wakes: createWakes(timing),
    prepare: createPrepareTask(dependencies),
    tryEffect: createTryEffect(timing),
    findEffect: createFindEffect(timing),
    lookOnce: createLookOnce(dependencies),
    recordEnd: createRecordEnd(dependencies),
    tellProgress: createTellProgress(dependencies),
  };
  const conclude = createConclude(parts);
  const runAttempt = createRunAttempt({ ...parts, conclude });
  const settle = createSettleAttempt({ ...parts, conclude, runAttempt });
  return {
    executeTask: createExecuteTask({
      ...parts,
      enterTarget: createEnterTarget(dependencies),
      begin: createBeginTask(parts),
      runAttempt,
      settle,
    }),
    cancelTask: createCancelTask(dependencies),
    answerTask: createAnswerTask(parts),
    settleAbandonedAttempts: createSettleAbandonedAttempts({ ...dependencies, settle }),
    wakeParkedTasks: createWakeParkedTasks({ ...parts, look: createLookAtParked({ ...parts, runAttempt }) }),
  };
};
