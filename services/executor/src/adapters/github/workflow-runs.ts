import { type JsonObject, ok } from '@pao/kernel';
import type { Answered } from '../git/changes.ts';
import { jobsSchema, type Run, runSchema, runsSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import type { GithubWorkflowConfig } from './workflow-config.ts';

/** Clocks differ, and GitHub counts in seconds. */
const SKEW_MS = 5_000;

export const readRun = (github: GithubClient, id: number): Promise<Answered<Run>> =>
  github.read({
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
    parameters: { run_id: id },
    schema: runSchema,
  });

/** Runs of the workflow that were started by a call since then. */
export const listRuns = async (
  github: GithubClient,
  { workflowFile }: GithubWorkflowConfig,
  since: Date,
): Promise<Answered<readonly Run[]>> => {
  const from = new Date(since.getTime() - SKEW_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const found = await github.read({
    route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    // A run is some 10 KB, and an answer is read up to 1 MiB.
    parameters: { workflow_id: workflowFile, event: 'workflow_dispatch', created: `>=${from}`, per_page: 50 },
    schema: runsSchema,
  });
  return found.ok ? ok(found.value.workflow_runs.filter(({ event }) => event === 'workflow_dispatch')) : found;
};

/** Those whose name shows the name of the attempt, whole. */
export const namedAfter = (runs: readonly Run[], name: string): readonly Run[] =>
  runs.filter(({ display_title: title }) => title.split(/[^\w-]+/).includes(name));

const MAX_TOLD = 20;

/** The steps that failed, by job: where people begin to look. */
export const failedSteps = async (github: GithubClient, run: Run): Promise<JsonObject> => {
  const found = await github.read({
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
    parameters: { run_id: run.id, per_page: 100 },
    schema: jobsSchema,
  });
  if (!found.ok) return { failedSteps: `not known: ${found.error.failure.message}` };
  const failed = found.value.jobs
    .filter(({ conclusion }) => conclusion !== 'success' && conclusion !== 'skipped')
    .flatMap(({ name, steps = [] }) => {
      const broken = steps.filter(({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out');
      return broken.length > 0 ? broken.map((step) => `${name}: ${step.name}`) : [name];
    });
  return { failedSteps: failed.slice(0, MAX_TOLD).map((text) => text.slice(0, 200)) };
};

/** The run of a dispatch that was answered without one: named after the attempt, or the only one since then. */
export const onlyRun = (runs: readonly Run[], name: string): Run | undefined => {
  const named = namedAfter(runs, name);
  const candidates = named.length > 0 ? named : runs;
  return candidates.length === 1 ? candidates[0] : undefined;
};
