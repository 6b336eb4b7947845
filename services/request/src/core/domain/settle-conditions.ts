import { advance, type Progress, type Recording } from './audit.ts';
import { quoteCondition, runs } from './condition.ts';
import { type Dispatch, decide, isDue } from './decide.ts';
import type { Plan, PlannedTask } from './plan.ts';
import type { Task } from './request.ts';
import { type Platform, scopeOf } from './scope.ts';

interface SettleOptions {
  readonly plan: Plan;
  readonly platform: Platform;
  readonly recording: Recording;
}

/**
 * Skips every task whose turn has come and whose condition says no, and those whose turn has come by that, until all that is due
 * runs. A condition that can't be evaluated fails its task.
 */
export const settleConditions = (progress: Progress, options: SettleOptions): Progress => {
  let settled = progress;
  // A task that was settled is not due any more, and what waits for it stands behind it: one pass sees all.
  for (const planned of options.plan.tasks.entries()) settled = settle(settled, planned, options);
  return settled;
};

const settle = (
  progress: Progress,
  [index, planned]: readonly [number, PlannedTask],
  { recording, ...options }: SettleOptions,
): Progress => {
  const { request } = progress;
  const task = request.tasks[index];
  if (!task || planned.action.when === undefined || !isDue(request, task)) return progress;
  const verdict = runs(planned.action, scopeOf({ request, task, planned, digest: recording.digest, ...options }));
  if (verdict.ok && verdict.value) return progress;
  const attempt = attemptOf(task, recording);
  if (!verdict.ok) return carryOut(progress, { kind: 'refuse', ...attempt, failure: verdict.error }, recording);
  const reason = `its condition says no: ${quoteCondition(planned.action)}`;
  return carryOut(progress, { kind: 'skip', ...attempt, reason }, recording);
};

const attemptOf = ({ id, generation }: Task, { cause }: Recording) => ({ taskId: id, generation, at: cause.at });

const carryOut = (progress: Progress, command: Dispatch, recording: Recording): Progress => {
  const decided = decide(progress.request, command);
  return decided.ok ? advance(progress, decided.value, recording) : progress;
};
