import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Call } from './cli.ts';
import { refusalOf, type Stage } from './failures.ts';
import { sensitiveIn, writeOutputs } from './module-outputs.ts';
import { printable } from './printable.ts';
import { call, done, isDone, Refused, type Work } from './work.ts';

export interface StateMark {
  readonly lineage: string;
  readonly serial: number;
}

/** Which state there is. One that has never been written has no lineage. */
export const markOf = async (work: Work): Promise<StateMark> => {
  const stage = { code: 'TERRAFORM_STATE_UNREADABLE', message: 'Terraform could not read the state', patient: true };
  const text = await (await done(work, ['state', 'pull'], stage)).output();
  if (text.trim() === '') return { lineage: '', serial: 0 };
  const state = JSON.parse(text) as Json;
  const { lineage, serial } = isJsonObject(state) ? state : {};
  return { lineage: typeof lineage === 'string' ? lineage : '', serial: typeof serial === 'number' ? serial : 0 };
};

export interface PlanOptions {
  readonly destroy?: boolean;
  readonly refresh?: boolean;
  readonly lock?: boolean;
  readonly outputs: readonly string[];
}

const planArguments = (
  { destroy = false, refresh = true, lock = true }: PlanOptions,
  lockSeconds: number,
): readonly string[] => [
  'plan',
  '-input=false',
  '-json',
  '-detailed-exitcode',
  '-out=tfplan',
  ...(lock ? [`-lock-timeout=${lockSeconds}s`] : ['-lock=false']),
  ...(destroy ? ['-destroy'] : []),
  ...(refresh ? [] : ['-refresh=false']),
];

/** Makes a plan and keeps it in the folder. Whether it would change anything. */
export const plan = async (work: Work, options: PlanOptions): Promise<{ readonly changes: boolean }> => {
  const args = planArguments(options, work.terraform.options.lockSeconds);
  let made = await call(work, args);
  const sensitive = sensitiveIn(made, options.outputs);
  if (sensitive.length > 0) {
    await writeOutputs(work, options.outputs, new Set(sensitive));
    made = await call(work, args);
  }
  if (!isDone(made, [0, 2])) {
    throw new Refused(refusalOf(made, { code: 'TERRAFORM_PLAN_FAILED', message: 'Terraform could not make a plan' }));
  }
  return { changes: made.end.kind === 'exited' && made.end.code === 2 };
};

const SHOW: Stage = { code: 'TERRAFORM_PLAN_FAILED', message: 'Terraform could not show its plan' };

/** The plan as JSON. It holds every value in clear: nothing of it may be told as it is. */
export const showPlan = async (work: Work): Promise<JsonObject> => {
  const shown = await done(work, ['show', '-json', 'tfplan'], SHOW);
  const read = JSON.parse(await shown.output()) as Json;
  return isJsonObject(read) ? read : {};
};

/** The plan as people read it, with what Terraform knows to be sensitive masked. */
export const describePlan = async (work: Work): Promise<string> => {
  const shown = await done(work, ['show', '-no-color', 'tfplan'], SHOW);
  return work.prepared.scrub(printable(await shown.output()).trim());
};

/** Applies the plan that is in the folder, and no other. */
export const applyPlan = (work: Work): Promise<Call> => {
  const lock = `-lock-timeout=${work.terraform.options.lockSeconds}s`;
  return call(work, ['apply', '-input=false', '-json', lock, 'tfplan'], { applies: true });
};

/** The outputs of the state, as `terraform output -json` has them. */
export const readOutputs = async (work: Work): Promise<JsonObject> => {
  const stage = { code: 'TERRAFORM_STATE_UNREADABLE', message: 'Terraform could not read the outputs' };
  const read = JSON.parse(await (await done(work, ['output', '-json'], stage)).output()) as Json;
  return isJsonObject(read) ? read : {};
};
