import type { Ending, Look } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import type { Run } from './answers.ts';
import { readProduced } from './artifacts.ts';
import type { GithubClient } from './client.ts';
import type { WorkflowOptions } from './dispatch.ts';
import { failedSteps, listRuns, onlyRun, readRun } from './workflow-runs.ts';
import { awaitRun, type RunState, startedWith } from './workflow-state.ts';

export interface LookAtRun extends WorkflowOptions {
  readonly send: SendHttp;
  readonly state: RunState;
}

interface LookBounds {
  /** Of the attempt. */
  readonly name: string;
  readonly remainingMs: number;
  readonly late: boolean;
}

const FAILED: ReadonlySet<string> = new Set([
  'failure',
  'timed_out',
  'cancelled',
  'startup_failure',
  'action_required',
  'stale',
]);

const failure = async (github: GithubClient, run: Run, produced: JsonObject): Promise<Ending> => ({
  kind: 'definite-failure',
  failure: {
    code: 'WORKFLOW_FAILED',
    message: `The run ended with ${run.conclusion ?? 'no conclusion'}: ${run.html_url}`,
    evidence: {
      runId: run.id,
      runUrl: run.html_url,
      conclusion: run.conclusion,
      ...produced,
      ...(await failedSteps(github, run)),
    },
  },
});

const ended = async (
  github: GithubClient,
  { config, send, state }: LookAtRun,
  run: Run,
  timeoutMs: number,
): Promise<Ending> => {
  const { conclusion } = run;
  const { artifacts, outputs, note } = await readProduced(github, run.id, { send, timeoutMs });
  if (config.failOnWorkflowFailure && (conclusion === null || FAILED.has(conclusion))) {
    return failure(github, run, { artifacts: artifacts.map(({ name }) => name ?? '') });
  }
  // What the run calls its own does not stand in for what GitHub says of it.
  const success = startedWith(github, state, {
    ...outputs,
    runId: run.id,
    runUrl: run.html_url,
    conclusion,
    artifacts,
    outputs,
  });
  return note === undefined ? success : { ...success, evidence: { ...success.evidence, note } };
};

const late = (github: GithubClient, { config, state }: LookAtRun): Ending => {
  // It was started, and that was all that was wanted; which run it is, GitHub did not say.
  if (!config.waitForCompletion) return startedWith(github, state);
  const message = `The run of ${config.workflowFile} in ${github.name} did not end within ${config.timeout} s. It may still be under way.`;
  const evidence = {
    ...(state.runId !== undefined && { runId: state.runId }),
    ...(state.runUrl !== undefined && { runUrl: state.runUrl }),
  };
  return { kind: 'unknown', failure: { code: 'WORKFLOW_NOT_ENDED', message, evidence } };
};

/** Which run was started, where GitHub has not said so. */
const findRun = async (github: GithubClient, { config, state }: LookAtRun, name: string): Promise<RunState> => {
  const runs = await listRuns(github, config, new Date(state.since));
  const run = runs.ok ? onlyRun(runs.value, name) : undefined;
  return run ? { ...state, runId: run.id, runUrl: run.html_url } : state;
};

/** Looks at the run: over, still under way, or still to be found. What can't be read for now is looked at again. */
export const lookAtRun = async (options: LookAtRun, bounds: LookBounds): Promise<Look> => {
  const { config, repository, now } = options;
  const github = repository.open(bounds.remainingMs);
  const state = options.state.runId === undefined ? await findRun(github, options, bounds.name) : options.state;
  const known = { ...options, state };
  const isOver = bounds.late || now().toISOString() >= state.until;
  const onwards = (): Look => (isOver ? late(github, known) : awaitRun(github, config, { state, now }));
  if (state.runId === undefined) return onwards();
  if (!config.waitForCompletion) return startedWith(github, state);
  const run = await readRun(github, state.runId);
  if (run.ok && run.value.status === 'completed') return ended(github, known, run.value, bounds.remainingMs);
  return onwards();
};
