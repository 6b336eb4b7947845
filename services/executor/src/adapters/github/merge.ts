import { DEFAULT_RESEND, type DefiniteVerdict, type Effect, type Look, type Park } from '@pao/executor-sdk';
import { mergeSchema, type Pull, pullSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import { doneWith, type PullOptions } from './pull-options.ts';
import { type PullState, stateOf } from './pull-state.ts';

/** Reviews take people, and people days. */
const PATIENCE_MS = 7 * 86_400_000;
const FIRST_LOOK_MS = 10_000;
const LATER_LOOKS_MS = 60_000;

/** GitHub's words for: nothing is in the way, checks are green. */
const MERGEABLE: ReadonlySet<string> = new Set(['clean', 'has_hooks']);

export const awaitMerge = (github: GithubClient, state: PullState, now: () => Date): Park => {
  const at = now().getTime();
  const { until = new Date(at + PATIENCE_MS).toISOString(), looks = 0 } = state;
  return {
    kind: 'check',
    what: `pull request #${state.number} of ${github.name} can be merged`,
    ...(state.url !== undefined && { url: state.url }),
    atMostMs: Math.max(1, Date.parse(until) - at),
    afterMs: Math.min(LATER_LOOKS_MS, FIRST_LOOK_MS * (looks + 1)),
    state: stateOf({ ...state, until, looks: looks + 1 }),
  };
};

const readPull = (github: GithubClient, { number = 0 }: PullState) =>
  github.read({
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    parameters: { pull_number: number },
    schema: pullSchema,
  });

const isMerged = ({ merged, merged_at: mergedAt }: Pull): boolean => merged ?? typeof mergedAt === 'string';

const merged = (github: GithubClient, state: PullState, sha: string | null | undefined) =>
  doneWith(github, state, { merged: true, ...(typeof sha === 'string' && { mergeCommitSha: sha }) });

const failure = (code: string, message: string, { url = '' }: PullState): DefiniteVerdict => ({
  kind: 'definite-failure',
  failure: { code, message, evidence: { pullRequestUrl: url } },
});

/** Looks whether the pull request can be merged by now; somebody else may have merged or closed it. */
export const lookAtPull = async (
  options: PullOptions,
  context: { readonly remainingMs: number; readonly late: boolean },
): Promise<Look> => {
  const { state, now } = options;
  const github = options.open(context.remainingMs);
  const found = await readPull(github, state);
  const isOver = context.late || now().toISOString() >= (state.until ?? '9');
  const late = (why: string) =>
    failure(
      'PULL_REQUEST_NOT_MERGED',
      `Pull request #${state.number} of ${github.name} was not merged in time: ${why}`,
      state,
    );
  if (!found.ok) return isOver ? late(found.error.failure.message) : awaitMerge(github, state, now);
  const pull = found.value;
  if (isMerged(pull)) return merged(github, state, pull.merge_commit_sha);
  const number = `Pull request #${pull.number} of ${github.name}`;
  if (pull.state === 'closed') return failure('PULL_REQUEST_CLOSED', `${number} was closed and not merged.`, state);
  if (pull.head.sha !== state.commitSha) {
    return failure(
      'PULL_REQUEST_CHANGED',
      `${number} holds more than what was committed for this task: merge it by hand.`,
      state,
    );
  }
  if (MERGEABLE.has(pull.mergeable_state ?? '')) return { kind: 'step', step: 'merge', state: stateOf(state) };
  if (isOver) return late(`GitHub says it is ${pull.mergeable_state ?? 'not known to be mergeable'}.`);
  return awaitMerge(github, state, now);
};

/** Merges what was committed and nothing else: GitHub refuses when the branch has moved meanwhile. */
export const mergeEffect = (options: PullOptions): Effect => {
  const { config, state, target } = options;
  const look = async (github: GithubClient) => {
    const found = await readPull(github, state);
    return found.ok && isMerged(found.value) ? merged(github, state, found.value.merge_commit_sha) : found;
  };
  return {
    target,
    resend: DEFAULT_RESEND,
    repeatable: true,
    run: async ({ remainingMs }) => {
      const github = options.open(remainingMs);
      const answered = await github.act({
        route: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
        parameters: { pull_number: state.number, sha: state.commitSha, merge_method: config.mergeStrategy },
        schema: mergeSchema,
      });
      if (answered.ok) return merged(github, state, answered.value.sha);
      if (answered.error.kind === 'unknown') return answered.error;
      // An earlier try, or a person, may have merged it already.
      const found = await look(github);
      return 'kind' in found ? found : answered.error;
    },
    probe: async ({ remainingMs }) => {
      const found = await look(options.open(remainingMs));
      if ('kind' in found) return { kind: 'found', success: found };
      if (!found.ok)
        return { kind: 'inconclusive', note: `The look failed: ${found.error.failure.message}`, again: true };
      return { kind: 'inconclusive', note: `Pull request #${state.number} is not merged.`, again: true };
    },
  };
};
