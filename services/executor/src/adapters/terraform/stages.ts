import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configInvalid } from '@pao/executor-sdk';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Call, CallOptions, Run, Terraform, Turn } from './cli.ts';
import { definite, type Refusal, refusalOf, type Stage } from './failures.ts';
import type { Prepared } from './prepared.ts';
import { printable } from './printable.ts';
import {
  backendFile,
  folderOf,
  type GeneratedFile,
  MODULE,
  OUTPUTS_FILE,
  outputAtLine,
  outputsFile,
  outputsIn,
  rootModule,
  valuesFile,
} from './root-module.ts';
import { sizeOf } from './run-directory.ts';

/** One run of a configuration on its way. */
export interface Work {
  readonly terraform: Terraform;
  readonly run: Run;
  readonly prepared: Prepared;
  readonly turn: Turn;
  /** Of the state, where it has one. */
  readonly workspace: string | undefined;
}

/** Thrown by a stage that does not let the run go on. */
export class Refused extends Error {
  readonly verdict: Refusal;
  constructor(verdict: Refusal) {
    super(verdict.failure.message);
    this.name = 'Refused';
    this.verdict = verdict;
  }
}

const call = ({ run, turn, prepared }: Work, args: readonly string[], options: CallOptions = {}): Promise<Call> =>
  run.call(turn, args, { ...options, folder: folderOf(prepared.config) });

const isDone = ({ end }: Call, codes: readonly number[] = [0]): boolean =>
  end.kind === 'exited' && end.asked === undefined && codes.includes(end.code);

const done = async (work: Work, args: readonly string[], stage: Stage): Promise<Call> => {
  const made = await call(work, args);
  if (!isDone(made)) throw new Refused(refusalOf(made, stage));
  return made;
};

const writeFiles = async ({ run, prepared, terraform }: Work): Promise<void> => {
  const { config, values, secretVariables, backend } = prepared;
  const { modulesDirectory } = terraform.options;
  const root = rootModule(config, secretVariables, { modulesDirectory, keepSource: false });
  if (!root.ok) throw new Refused(definite(root.error));
  const own = (config.files ?? []).map(({ path, contentTemplate }) => ({ path, content: contentTemplate }));
  for (const { path, content } of [
    ...own,
    ...root.value,
    ...valuesFile(config, values),
    backendFile(config, backend.type),
  ]) {
    await run.directory.write(path, content);
  }
};

const folderIn = ({ run, prepared }: Work): string => join(run.directory.work, folderOf(prepared.config));

const readModule = async (folder: string): Promise<readonly GeneratedFile[]> => {
  const names = (await readdir(folder)).filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name)).slice(0, 500);
  return Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })));
};

/** What the document's module offers, which only its own files say. */
const moduleOutputs = async (work: Work): Promise<readonly string[]> => {
  if (work.prepared.config.module === undefined) return [];
  const index = JSON.parse(await readFile(join(folderIn(work), '.terraform/modules/modules.json'), 'utf8')) as Json;
  const modules = isJsonObject(index) && Array.isArray(index['Modules']) ? (index['Modules'] as readonly Json[]) : [];
  const found = modules.find((module) => isJsonObject(module) && module['Key'] === MODULE);
  if (found === undefined || !isJsonObject(found) || typeof found['Dir'] !== 'string') return [];
  const dir = found['Dir'];
  return outputsIn(await readModule(dir.startsWith('/') ? dir : join(folderIn(work), dir)));
};

const writeOutputs = async (work: Work, names: readonly string[], sensitive: ReadonlySet<string>): Promise<void> => {
  if (names.length > 0)
    await writeFile(join(folderIn(work), OUTPUTS_FILE), outputsFile(names, sensitive), { mode: 0o600 });
};

const checkVersion = async ({ terraform, prepared }: Work): Promise<void> => {
  const version = await terraform.version();
  if (!version.ok) throw new Refused(definite(version.error));
  if (!prepared.backend.bucketLock || version.value.major > 1 || version.value.minor >= 10) return;
  const problem = `is missing: version ${version.value.text} can't lock a state in its bucket`;
  throw new Refused(definite(configInvalid('backend.dynamodbTable', problem)));
};

/** A provider whose data sources run programs, while a plan is made. */
const checkProviders = async (work: Work): Promise<void> => {
  if (!work.terraform.options.forbidLocalExec) return;
  const locks = await readFile(join(folderIn(work), '.terraform.lock.hcl'), 'utf8').catch(() => '');
  const named = locks.split('\n').find((line) => /^provider\s+"[^"]*\/external"/.test(line));
  if (named !== undefined) throw new Refused(definite(programForbidden('the provider `external`')));
};

export const programForbidden = (what: string) => ({
  code: 'TERRAFORM_PROGRAM_FORBIDDEN',
  message: `The configuration would run programs on the machine of the executor: ${what}. Nothing was changed. PAO_TERRAFORM_FORBID_LOCAL_EXEC allows it.`,
});

const warnOfSize = async ({ run, terraform, turn }: Work): Promise<void> => {
  const size = await sizeOf(run.directory.path);
  const megabytes = Math.round(size / 1_048_576);
  if (size > terraform.options.diskBytes) turn.tell('warn', `the run takes ${megabytes} MB of the disk`);
};

const MISSING = /doesn't exist|does not exist/i;

/** The state that the work is about. One that is only looked at is never made. */
const select = async (work: Work, make: boolean): Promise<void> => {
  if (work.workspace === undefined) return;
  const args = ['workspace', 'select', ...(make ? ['-or-create=true'] : []), work.workspace];
  const made = await call(work, args);
  if (isDone(made)) return;
  if (!make && made.end.kind === 'exited' && MISSING.test(made.errors)) {
    const message = `There is no workspace ${work.workspace} in the backend, so there is nothing to look at. Nothing was changed.`;
    throw new Refused(definite({ code: 'TERRAFORM_WORKSPACE_MISSING', message }));
  }
  throw new Refused(
    refusalOf(made, {
      code: 'TERRAFORM_INIT_FAILED',
      message: 'Terraform could not select the workspace',
      patient: true,
    }),
  );
};

/** Gets everything ready: files, providers and modules, the backend, the workspace. Gives the outputs of the module. */
export const initialise = async (work: Work, { make }: { readonly make: boolean }): Promise<readonly string[]> => {
  await checkVersion(work);
  await writeFiles(work);
  const args = ['init', '-no-color', '-input=false', ...work.prepared.backend.args];
  await done(work, args, { code: 'TERRAFORM_INIT_FAILED', message: 'Terraform could not get ready', patient: true });
  await checkProviders(work);
  await warnOfSize(work);
  const names = await moduleOutputs(work);
  await writeOutputs(work, names, new Set());
  await select(work, make);
  return names;
};

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

const SENSITIVE_OUTPUT = 'Output refers to sensitive values';

/** Outputs of the module that turn out to be sensitive, by what Terraform finds wrong with giving them out. */
const sensitiveIn = ({ facts }: Call, names: readonly string[]): readonly string[] =>
  facts.diagnostics.flatMap(({ summary, file, line }) => {
    const name =
      summary === SENSITIVE_OUTPUT && file === OUTPUTS_FILE && line !== undefined
        ? outputAtLine(names, line)
        : undefined;
    return name === undefined ? [] : [name];
  });

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
