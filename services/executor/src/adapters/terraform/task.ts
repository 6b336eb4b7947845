import { type EffectContext, scrubSuccess, type Verdict } from '@pao/executor-sdk';
import { errorMessage, scrubJson } from '@pao/kernel';
import type { Run, Terraform, Turn } from './cli.ts';
import type { TellLine } from './facts.ts';
import { busy, definite, type Refusal } from './failures.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { Prepared } from './prepared.ts';
import { Refused, type Work } from './work.ts';

/** One action that Terraform carries out. */
export interface TerraformTask {
  readonly terraform: Terraform;
  readonly prepared: Prepared;
  readonly kept: KeptRuns;
  readonly destroy: boolean;
  /** The task whose state is destroyed, where its document gives that no name. */
  readonly undoes?: string | undefined;
}

/** What is left of the time for writing things down. */
const RESERVE_MS = 500;

/** The attempt's name without its step: what all steps of one generation share. */
export const generationOf = (name: string): string => name.replace(/-[a-z]+$/, '');

/** The document's name for its state, or that of the task, which stays the same when it is tried again. */
export const workspaceOf = ({ prepared, undoes }: TerraformTask, name: string): string | undefined => {
  if (!prepared.backend.named) return undefined;
  const { workspace } = prepared.config;
  return workspace ?? (undoes === undefined ? generationOf(name).replace(/-g\d+$/, '') : `pao-${undoes}`);
};

const tellerOf = ({ prepared: { scrub } }: TerraformTask, log: EffectContext['log']): TellLine => {
  return (level, message) => log?.(level, scrub(message));
};

export const turnOf = (task: TerraformTask, context: EffectContext) => ({
  deadline: performance.now() + context.remainingMs - Math.min(RESERVE_MS, context.remainingMs / 10),
  tell: tellerOf(task, context.log),
});

export const workOn = (
  task: TerraformTask,
  { run, turn, name }: Pick<Work, 'run' | 'turn'> & { readonly name: string },
): Work => ({
  terraform: task.terraform,
  prepared: task.prepared,
  run,
  turn,
  workspace: workspaceOf(task, name),
});

const opened = async ({ terraform, prepared }: TerraformTask, name: string, turn: Turn): Promise<Run | Refusal> => {
  try {
    return (await terraform.open(generationOf(name), turn, prepared.env)) ?? busy;
  } catch (error) {
    const message = `The folder of the run could not be made where the executor runs: ${errorMessage(error)}. Nothing was changed.`;
    return definite({ code: 'TERRAFORM_INIT_FAILED', message });
  }
};

/**
 * Does `work` in a fresh folder, which is removed afterwards unless it is kept. What Terraform refuses is the result; a folder that
 * is kept belongs to whoever keeps it.
 */
export const inFreshRun = async <T>(
  task: TerraformTask,
  context: EffectContext,
  body: (work: Work, keep: () => void) => Promise<T>,
): Promise<T | Refusal> => {
  const turn = turnOf(task, context);
  const run = await opened(task, context.name, turn);
  if ('kind' in run) return run;
  let kept = false;
  try {
    return await body(workOn(task, { run, turn, name: context.name }), () => {
      kept = true;
    });
  } catch (error) {
    kept = false;
    if (error instanceof Refused) return scrubbed(task, error.verdict);
    throw error;
  } finally {
    if (!kept) await run.close();
  }
};

/** What Terraform says may quote what it was given. */
export const scrubbed = <V extends Verdict>({ prepared: { scrub } }: TerraformTask, verdict: V): V => {
  if (verdict.kind === 'ok') return { ...verdict, ...scrubSuccess(verdict, scrub) };
  const { code, message, evidence } = verdict.failure;
  const failure = { code, message: scrub(message), ...(evidence && { evidence: scrubJson(evidence, scrub) }) };
  return { ...verdict, failure };
};
