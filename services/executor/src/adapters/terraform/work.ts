import { join } from 'node:path';
import type { Call, CallOptions, Run, Terraform, Turn } from './cli.ts';
import { type Refusal, refusalOf, type Stage } from './failures.ts';
import type { Prepared } from './prepared.ts';
import { folderOf } from './root-module.ts';

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

export const folderIn = ({ run, prepared }: Work): string => join(run.directory.work, folderOf(prepared.config));

export const call = (
  { run, turn, prepared }: Work,
  args: readonly string[],
  options: CallOptions = {},
): Promise<Call> => run.call(turn, args, { ...options, folder: folderOf(prepared.config) });

export const isDone = ({ end }: Call, codes: readonly number[] = [0]): boolean =>
  end.kind === 'exited' && end.asked === undefined && codes.includes(end.code);

export const done = async (work: Work, args: readonly string[], stage: Stage): Promise<Call> => {
  const made = await call(work, args);
  if (!isDone(made)) throw new Refused(refusalOf(made, stage));
  return made;
};
