import type { EffectContext, NextStep, Park, Success, Verdict } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import type { ChangeCount } from './facts.ts';
import { definite } from './failures.ts';
import { initialise, programForbidden } from './initialise.ts';
import { countsOf, digestOf, hasDrifted, programsIn } from './plan-reading.ts';
import { success } from './results.ts';
import { describePlan, markOf, plan, readOutputs, type StateMark, showPlan } from './stages.ts';
import { generationOf, inFreshRun, scrubbed, type TerraformTask } from './task.ts';
import { Refused, type Work } from './work.ts';

export const APPLY = 'apply';

/** What a plan was, for whoever goes on with it. */
export interface PlanMade {
  readonly changes: boolean;
  readonly digest: string;
  readonly mark: StateMark;
  readonly counts: ChangeCount;
  readonly drifted: boolean;
}

const MAX_DETAILS = 60_000;
/** A week. */
export const APPROVAL_MS = 604_800_000;

const told = ({ add, change, destroy }: ChangeCount): string =>
  `${add} to add, ${change} to change, ${destroy} to destroy`;

export const whatOf = (counts: ChangeCount): string => `the approval of a Terraform plan: ${told(counts)}`;

const checkPrograms = ({ terraform }: Work, shown: JsonObject): void => {
  if (!terraform.options.forbidLocalExec) return;
  const programs = programsIn(shown);
  if (programs.length === 0) return;
  const named = programs.slice(0, 5).join(', ');
  throw new Refused(definite(programForbidden(named)));
};

/** Makes a plan of what the task is about, in its folder. */
export const makePlan = async (work: Work, { destroy = false, make = true, lock = true } = {}): Promise<PlanMade> => {
  const outputs = await initialise(work, { make });
  const mark = await markOf(work);
  const { changes } = await plan(work, { destroy, lock, outputs });
  const shown = await showPlan(work);
  checkPrograms(work, shown);
  return { changes, digest: digestOf(shown), mark, counts: countsOf(shown), drifted: hasDrifted(shown) };
};

const stateOf = ({ digest, mark, counts }: PlanMade): JsonObject => ({ digest, ...mark, plan: { ...counts } });

const unchanged = async (work: Work, { counts, mark, drifted }: PlanMade, more: JsonObject = {}): Promise<Success> => {
  const evidence = { state: { ...mark }, drifted };
  return success({ outputs: await readOutputs(work), counts, evidence, more });
};

/** The text of a plan, its numbers first; what is too long is cut at its end. */
const detailsOf = (counts: ChangeCount, text: string): string => {
  const whole = `Plan: ${told(counts)}.\n\n${text}`;
  if (whole.length <= MAX_DETAILS) return whole;
  const note = `\n\n… cut here: ${whole.length - MAX_DETAILS} more characters and this note.`;
  return `${whole.slice(0, MAX_DETAILS - note.length).toWellFormed()}${note}`;
};

const approval = async (work: Work, made: PlanMade): Promise<Park> => ({
  kind: 'approval',
  what: whatOf(made.counts),
  details: detailsOf(made.counts, await describePlan(work)),
  atMostMs: APPROVAL_MS,
  state: stateOf(made),
});

const planned = (made: PlanMade, next: NextStep | Park): Success => ({
  kind: 'ok',
  result: { plan: { ...made.counts } },
  offered: {},
  evidence: { plan: { ...made.counts }, state: { ...made.mark }, digest: made.digest },
  next,
});

/** `check`: what would be done, and whether the world is still as it was left. Locks nothing and makes nothing. */
const check = (task: TerraformTask, context: EffectContext): Promise<Verdict> =>
  inFreshRun<Verdict>(task, context, async (work) => {
    const made = await makePlan(work, { make: false, lock: false });
    return unchanged(work, made, { drifted: made.drifted });
  });

/** The first step: a plan. It changes nothing in the world, so it may be repeated whatever became of it. */
export const runPlanStep = async (task: TerraformTask, context: EffectContext): Promise<Verdict> => {
  const { mode } = task.prepared.config;
  return scrubbed(task, await (mode === 'check' ? check(task, context) : planAndGoOn(task, context)));
};

const planAndGoOn = (task: TerraformTask, context: EffectContext): Promise<Verdict> =>
  inFreshRun<Verdict>(task, context, async (work, keep) => {
    const made = await makePlan(work, { destroy: task.destroy, make: !task.destroy });
    if (!made.changes) {
      work.turn.tell('info', 'the plan changes nothing, so nothing is applied');
      return unchanged(work, made);
    }
    if (task.prepared.config.approvePlan) return planned(made, await approval(work, made));
    task.kept.keep(generationOf(context.name), work.run);
    keep();
    return planned(made, { kind: 'step', step: APPLY, state: stateOf(made) });
  });
