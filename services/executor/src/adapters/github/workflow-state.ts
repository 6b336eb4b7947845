import type { Park, Success } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { z } from 'zod';
import type { GithubClient } from './client.ts';
import type { GithubWorkflowConfig } from './workflow-config.ts';

const runState = z.object({
  /** Absent until it is known which run was started. */
  runId: z.int().positive().optional(),
  runUrl: z.string().optional(),
  /** When it was started, and until when it is waited for; ISO 8601. */
  since: z.string(),
  until: z.string(),
  looks: z.int().default(0),
});

/** What a workflow's action keeps while its run goes on. */
export type RunState = z.output<typeof runState>;

export const readRunState = (state: JsonObject): RunState => runState.parse(state);

const FIRST_LOOK_MS = 10_000;
const LATER_LOOKS_MS = 60_000;

export const startedWith = (github: GithubClient, { runId, runUrl }: RunState, more: JsonObject = {}): Success => {
  const known = { ...(runId !== undefined && { runId }), ...(runUrl !== undefined && { runUrl }) };
  const result: JsonObject = { ...known, ...more };
  const externalRef = runUrl ?? github.webUrl;
  return { kind: 'ok', result, offered: result, evidence: { repository: github.name, ...known }, externalRef };
};

/** Looked for after 10 seconds, then ever less often, at most every minute. */
export const awaitRun = (
  github: GithubClient,
  { workflowFile }: GithubWorkflowConfig,
  { state, now }: { readonly state: RunState; readonly now: () => Date },
): Park => ({
  kind: 'check',
  what: `the run of ${workflowFile} in ${github.name}`,
  url: state.runUrl ?? `${github.webUrl}/actions`,
  atMostMs: Math.max(1, Date.parse(state.until) - now().getTime()),
  afterMs: Math.min(LATER_LOOKS_MS, Math.round(FIRST_LOOK_MS * 1.5 ** state.looks)),
  state: Object.fromEntries(
    Object.entries({ ...state, looks: state.looks + 1 }).filter(([, value]) => value !== undefined),
  ) as JsonObject,
});
