import { DEFAULT_RESEND, type Effect, type EffectContext, type Success } from '@pao/executor-sdk';
import { err, ok } from '@pao/kernel';
import { type AttemptMark, markOf } from '../git/attempt-mark.ts';
import type { Answered } from '../git/changes.ts';
import { dispatchSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import type { OpenedRepository } from './instances.ts';
import type { GithubWorkflowConfig } from './workflow-config.ts';
import { inputsFor } from './workflow-inputs.ts';
import { listRuns, namedAfter } from './workflow-runs.ts';
import { awaitRun, type RunState, startedWith } from './workflow-state.ts';

export interface WorkflowOptions {
  readonly config: GithubWorkflowConfig;
  readonly repository: OpenedRepository;
  readonly now: () => Date;
}

/** How long a run is looked for that GitHub started without saying which. */
const FIND_MS = 180_000;

type Started = { readonly workflow_run_id: number; readonly html_url: string } | undefined;

const ROUTE = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';

/**
 * Asks GitHub to say which run it starts. An Enterprise Server that doesn't know how refuses the whole call, so that nothing is
 * started, and is asked the old way.
 */
const dispatch = async (
  github: GithubClient,
  { workflowFile, ref }: GithubWorkflowConfig,
  inputs: Readonly<Record<string, string>>,
): Promise<Answered<Started>> => {
  const parameters = { workflow_id: workflowFile, ref, inputs };
  const asked = await github.act({
    route: ROUTE,
    parameters: { ...parameters, return_run_details: true },
    schema: dispatchSchema,
  });
  if (asked.ok || asked.error.kind !== 'definite-failure') return asked;
  const isNotKnown = /return_run_details/.test(asked.error.failure.message);
  return isNotKnown ? github.act({ route: ROUTE, parameters, schema: dispatchSchema }) : asked;
};

const started = (
  github: GithubClient,
  { config, now }: WorkflowOptions,
  { run, since }: { readonly run: Started; readonly since: Date },
): Success => {
  const patience = config.waitForCompletion ? config.timeout * 1_000 : FIND_MS;
  const state: RunState = {
    ...(run && { runId: run.workflow_run_id, runUrl: run.html_url }),
    since: since.toISOString(),
    until: new Date(since.getTime() + patience).toISOString(),
    looks: 0,
  };
  const success = startedWith(github, state);
  return run && !config.waitForCompletion ? success : { ...success, next: awaitRun(github, config, { state, now }) };
};

const start = async (options: WorkflowOptions, { name, remainingMs }: EffectContext): Promise<Answered<Success>> => {
  const { config, repository, now } = options;
  const github = repository.open(remainingMs);
  const inputs = await inputsFor(github, config, name);
  if (!inputs.ok) return inputs;
  const since = now();
  const run = await dispatch(github, config, inputs.value);
  return run.ok ? ok(started(github, options, { run: run.value, since })) : err(run.error);
};

/** When the task was made is the earliest that its run can have been started. */
const madeAt = ({ date }: AttemptMark): Date => date;

/** A run that is started. Nothing but its name can tell whose it is, so only a run that shows the attempt's is taken for it. */
export const dispatchEffect = (options: WorkflowOptions): Effect => ({
  target: `POST ${options.repository.apiUrl}/repos/${options.repository.name}/actions/workflows/${options.config.workflowFile}/dispatches`,
  resend: DEFAULT_RESEND,
  run: async (context) => {
    const done = await start(options, context);
    return done.ok ? done.value : done.error;
  },
  probe: async ({ name, remainingMs }) => {
    const { config, repository } = options;
    const github = repository.open(remainingMs);
    const since = madeAt(markOf(name, '', { name: '', email: '' }));
    const runs = await listRuns(github, config, since);
    if (!runs.ok) return { kind: 'inconclusive', note: `The look failed: ${runs.error.failure.message}`, again: true };
    const [run, ...more] = namedAfter(runs.value, name);
    if (run && more.length === 0) {
      const found = { workflow_run_id: run.id, html_url: run.html_url };
      const from = new Date(run.created_at);
      return { kind: 'found', success: started(github, options, { run: found, since: from }) };
    }
    if (run) return { kind: 'inconclusive', note: `Several runs show the name ${name}.`, again: false };
    const note = `${runs.value.length} runs of ${config.workflowFile} were started since then; none shows the name ${name}.`;
    return { kind: 'inconclusive', note, again: true };
  },
});
