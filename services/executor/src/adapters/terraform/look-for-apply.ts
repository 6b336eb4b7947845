import { setTimeout as sleep } from 'node:timers/promises';
import type { EffectContext, Probe } from '@pao/executor-sdk';
import type { PlanKept } from './apply-step.ts';
import { initialise } from './initialise.ts';
import { success } from './results.ts';
import type { RunningChild } from './run-directory.ts';
import { markOf, plan, readOutputs, type StateMark } from './stages.ts';
import { generationOf, inFreshRun, scrubbed, type TerraformTask } from './task.ts';
import type { Work } from './work.ts';

const POLL_MS = 200;
/** Of the time of a look, what is for the look itself. */
const FOR_THE_LOOK = 0.5;

/** An apply whose executor is gone goes on by itself; what it comes to is seen only when it has ended. */
const awaitOrphan = async (task: TerraformTask, context: EffectContext): Promise<RunningChild | undefined> => {
  const until = performance.now() + context.remainingMs * FOR_THE_LOOK;
  for (;;) {
    const orphan = await task.terraform.orphanOf(generationOf(context.name));
    if (orphan === undefined || performance.now() >= until) return orphan;
    await sleep(POLL_MS);
  }
};

const inconclusive = (note: string, again: boolean): Probe => ({ kind: 'inconclusive', note, again });

const told = ({ lineage, serial }: StateMark): string =>
  lineage === '' ? 'no state' : `serial ${serial} of state ${lineage}`;

const isLater = (now: StateMark, before: StateMark): boolean =>
  now.serial > before.serial && (before.lineage === '' || before.lineage === now.lineage);

const judge = async (work: Work, kept: PlanKept, destroy: boolean): Promise<Probe> => {
  const outputs = await initialise(work, { make: false });
  const now = await markOf(work);
  const seen = `The state was ${told(kept.mark)} before the apply, and is ${told(now)} now.`;
  if (!isLater(now, kept.mark)) {
    return inconclusive(
      `${seen} It has not been written since, which proves nothing: what was made may be missing in it.`,
      false,
    );
  }
  const { changes } = await plan(work, { refresh: false, destroy, outputs });
  if (changes)
    return inconclusive(
      `${seen} A plan still has something to do, so only part of it was applied, if anything.`,
      false,
    );
  const evidence = { state: { before: { ...kept.mark }, after: { ...now } } };
  return { kind: 'found', success: success({ outputs: await readOutputs(work), counts: kept.counts, evidence }) };
};

/**
 * Looks whether a plan was applied: the state has been written since, and a plan finds nothing left to do. Reads only, beside the
 * lock that a plan takes for its time.
 */
export const lookForApply = async (task: TerraformTask, kept: PlanKept, context: EffectContext): Promise<Probe> => {
  const orphan = await awaitOrphan(task, context);
  if (orphan !== undefined)
    return inconclusive(`The apply still goes on (process ${orphan.pid}), without its executor.`, true);
  const seen = await inFreshRun(task, { ...context, log: undefined }, (work) => judge(work, kept, task.destroy));
  switch (seen.kind) {
    case 'found':
      return { kind: 'found', success: scrubbed(task, seen.success) };
    case 'inconclusive':
    case 'impossible':
      return seen;
    case 'not-executed':
    case 'definite-failure':
    case 'unknown':
      return inconclusive(`The look failed: ${seen.failure.message}`, seen.kind === 'not-executed');
    default:
      return seen satisfies never;
  }
};
