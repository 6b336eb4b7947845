import type { ActionState, DefiniteVerdict, EffectContext, Verdict } from '@pao/executor-sdk';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Call } from './cli.ts';
import type { ChangeCount } from './facts.ts';
import { definite, diagnosticsOf, type Refusal, reasonOf, refusalOf } from './failures.ts';
import { makePlan } from './plan-step.ts';
import { success } from './results.ts';
import { applyPlan, markOf, type StateMark } from './stages.ts';
import { generationOf, inFreshRun, scrubbed, type TerraformTask, turnOf, workOn } from './task.ts';
import { Refused, type Work } from './work.ts';

/** The plan that may be applied, as the step before left it. */
export interface PlanKept {
  readonly digest: string;
  readonly mark: StateMark;
  readonly counts: ChangeCount;
}

const numberIn = (state: JsonObject, name: string): number => {
  const value = state[name];
  return typeof value === 'number' ? value : 0;
};
const textIn = (state: JsonObject, name: string): string => {
  const value = state[name];
  return typeof value === 'string' ? value : '';
};

export const planKept = (state: ActionState): PlanKept => {
  const counts = state['plan'] !== undefined && isJsonObject(state['plan']) ? state['plan'] : {};
  return {
    digest: textIn(state, 'digest'),
    mark: { lineage: textIn(state, 'lineage'), serial: numberIn(state, 'serial') },
    counts: { add: numberIn(counts, 'add'), change: numberIn(counts, 'change'), destroy: numberIn(counts, 'destroy') },
  };
};

const changed = (before: PlanKept, now: StateMark, why: string): DefiniteVerdict =>
  definite({
    code: 'TERRAFORM_PLAN_CHANGED',
    message: `${why} since the plan was made. Nothing was applied; a retry makes a new plan.`,
    evidence: { planned: { ...before.mark }, found: { ...now } },
  });

/** Plans once more, and goes on only with the very same plan on the very same state. */
const planAgain = async (task: TerraformTask, work: Work, kept: PlanKept): Promise<void> => {
  const { mark, digest } = await makePlan(work, { destroy: task.destroy, make: !task.destroy });
  if (mark.lineage !== kept.mark.lineage || mark.serial !== kept.mark.serial) {
    throw new Refused(changed(kept, mark, 'The state was changed by somebody else'));
  }
  if (digest !== kept.digest) throw new Refused(changed(kept, mark, 'What would be done has changed'));
};

const STALE = 'Saved plan is stale';
const MAX_NAMED = 50;

const evidenceOf = (call: Call, kept: PlanKept): JsonObject => {
  const { begun, done, failed } = call.facts;
  return {
    plan: { ...kept.counts },
    state: { before: { ...kept.mark } },
    begun: begun.slice(0, MAX_NAMED),
    done: done.slice(0, MAX_NAMED),
    failed: failed.slice(0, MAX_NAMED),
    ...diagnosticsOf(call),
  };
};

/** Nothing was begun, which Terraform tells by itself: it ended on its own and named no resource. */
const isUntouched = ({ end, facts }: Call): boolean =>
  end.kind === 'not-started' || (end.kind === 'exited' && facts.begun.length === 0);

const untouched = (call: Call, kept: PlanKept): Refusal => {
  const { end, facts } = call;
  if (facts.diagnostics.some(({ summary }) => summary === STALE))
    return changed(kept, kept.mark, 'The state was changed by somebody else');
  if (end.kind === 'exited' && end.asked === 'stop') {
    return definite({ code: 'TERRAFORM_INTERRUPTED', message: 'The executor stopped before anything was applied.' });
  }
  return refusalOf(call, { code: 'TERRAFORM_APPLY_FAILED', message: 'Terraform did not begin to apply the plan' });
};

const why = ({ end }: Call): string => {
  if (end.kind === 'not-started') return 'Terraform did not start';
  const asked =
    end.asked === 'time' ? ' when its time was over' : end.asked === 'stop' ? ' when the executor stopped' : '';
  return end.kind === 'killed' ? `Terraform was killed${asked}` : `Terraform broke off${asked}`;
};

/** Part of it happened, or may have. What Terraform knows of it is in the state; a retry plans what is left. */
const partly = (call: Call, kept: PlanKept, rescued: string | undefined): Refusal => ({
  kind: 'unknown',
  failure: {
    code:
      call.end.kind === 'exited' && call.end.asked === undefined ? 'TERRAFORM_APPLY_FAILED' : 'TERRAFORM_INTERRUPTED',
    message:
      `${why(call)} after ${call.facts.begun.length} changes had begun and ${call.facts.done.length} were done. ${reasonOf(call)} ` +
      'Look at what is there before you retry: a retry plans what is left, by what the state knows.' +
      (rescued === undefined ? '' : ` The state could not be stored; it is in ${rescued} where the executor runs.`),
    evidence: { ...evidenceOf(call, kept), ...(rescued !== undefined && { rescuedState: rescued }) },
  },
});

/** For the evidence alone: what is done stays done, whether or not the state can be read once more. */
const markAfter = (work: Work): Promise<StateMark | undefined> => markOf(work).catch(() => undefined);

const applied = async (work: Work, call: Call, kept: PlanKept): Promise<Verdict> => {
  const after = await markAfter(work);
  const outputs = call.facts.outputs ?? {};
  const state = { before: { ...kept.mark }, ...(after && { after: { ...after } }) };
  const evidence = { state, done: call.facts.done.slice(0, MAX_NAMED) };
  return success({ outputs, counts: kept.counts, evidence });
};

const applyIn = async (work: Work, kept: PlanKept): Promise<Verdict> => {
  const call = await applyPlan(work);
  if (call.end.kind === 'exited' && call.end.code === 0) return applied(work, call, kept);
  return isUntouched(call) ? untouched(call, kept) : partly(call, kept, await work.run.close());
};

/** The second step: applies the plan that was made, or, where its folder is gone, the same plan made again. */
export const runApplyStep = async (task: TerraformTask, kept: PlanKept, context: EffectContext): Promise<Verdict> => {
  const run = task.kept.take(generationOf(context.name));
  if (run === undefined) {
    const verdict = await inFreshRun(task, context, async (work) => {
      await planAgain(task, work, kept);
      return applyIn(work, kept);
    });
    return scrubbed(task, verdict);
  }
  try {
    const work = workOn(task, { run, turn: turnOf(task, context), name: context.name });
    return scrubbed(task, await applyIn(work, kept));
  } finally {
    await run.close();
  }
};
