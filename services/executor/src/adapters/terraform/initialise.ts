import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configInvalid } from '@pao/executor-sdk';
import { definite, refusalOf } from './failures.ts';
import { moduleOutputs, writeOutputs } from './module-outputs.ts';
import { backendFile, rootModule, valuesFile } from './root-module.ts';
import { sizeOf } from './run-directory.ts';
import { call, done, folderIn, isDone, Refused, type Work } from './work.ts';

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
