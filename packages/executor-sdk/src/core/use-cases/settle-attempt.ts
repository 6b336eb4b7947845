import type { Clock } from '@pao/kernel';
import { attemptName, type InDoubtAttempt, leaseMsOf } from '../domain/attempt.ts';
import { interrupted, withTrail } from '../domain/ending.ts';
import { createTaskLog, type TaskLog } from '../domain/task-log.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import type { Conclude } from './conclude.ts';
import type { FindEffect } from './find-effect.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';
import type { RunAttempt } from './run-attempt.ts';
import type { createTellProgress } from './tell-progress.ts';
import type { Tried, TryEffect } from './try-effect.ts';

/** False when somebody else settles it, or has. */
export type SettleAttempt = (attempt: InDoubtAttempt) => Promise<boolean>;

export interface SettleAttemptDependencies {
  readonly ledger: AttemptLedger;
  readonly prepare: PrepareTask;
  readonly tryEffect: TryEffect;
  readonly findEffect: FindEffect;
  readonly conclude: Conclude;
  readonly runAttempt: RunAttempt;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly tellProgress: ReturnType<typeof createTellProgress>;
}

/**
 * Ends an attempt whose process went away. An effect that its document declares idempotent is sent again under the same name;
 * any other is looked for, and adopted when it is found, and the task goes on behind it. What stays unknown goes to a person: it is never run again by itself.
 */
export const createSettleAttempt = (dependencies: SettleAttemptDependencies): SettleAttempt => {
  const { ledger, prepare, tryEffect, findEffect, conclude, observer, timing, now, tellProgress } = dependencies;

  const settle = async (
    attempt: InDoubtAttempt,
    { effect }: PreparedTask,
    { heldSince, log }: { readonly heldSince: number; readonly log: TaskLog },
  ): Promise<Tried> => {
    const { action, callbackUrl } = attempt.command;
    const name = attemptName(attempt.key);
    let tried: Tried = { ending: interrupted(attempt.startedAt), tries: 0 };
    if (action.idempotent || effect.repeatable === true) {
      const deadline = heldSince + action.timeoutSeconds * 1_000;
      tried = await tryEffect({ effect, name, idempotent: true, uncertain: true, deadline, log, callbackUrl });
    }
    const { ending, tries } = tried;
    const settled = ending.kind === 'unknown' ? await findEffect({ effect, name, otherwise: ending, log }) : ending;
    return { ending: withTrail(settled, { attempt: name, target: effect.target, tries }), tries };
  };

  return async (attempt) => {
    const { command, key, point } = attempt;
    const heldSince = timing.elapsed();
    const hold = await ledger.takeOver(attempt, leaseMsOf(command));
    if (hold === undefined) return false;
    observer.tookOver(key);
    const log = createTaskLog(now, hold.fence);
    log.add('warn', 'took the attempt over: the executor that had begun it is gone');
    const held = { command, hold, heldSince, log, done: point?.done ?? [], answered: point?.answered };
    const prepared = await prepare(command, point && { step: key.step, state: point.state });
    if (!prepared.ok) {
      const ending = interrupted(attempt.startedAt, `not looked for: ${prepared.error.message}`);
      const trail = { attempt: attemptName(key), target: command.action.type, tries: 0 };
      await conclude({ ...held, ending: withTrail(ending, trail), tries: 0 });
      return true;
    }
    const endTelling = tellProgress(command, hold, log);
    const { ending, tries } = await settle(attempt, prepared.value, { heldSince, log }).finally(endTelling);
    const { readOutputs } = prepared.value;
    await dependencies.runAttempt.goOn(await conclude({ ...held, ending, tries, readOutputs }));
    return true;
  };
};
