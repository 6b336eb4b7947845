import { DEFAULT_RESEND, type Effect, type Success } from '@pao/executor-sdk';
import { err, type JsonObject, ok } from '@pao/kernel';
import type { Answered } from '../git/changes.ts';
import type { GitCommitConfig } from '../git/config.ts';
import { anything, type Pull, pullSchema, pullsSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import { awaitMerge } from './merge.ts';
import { doneWith, type PullOptions } from './pull-options.ts';
import { type PullState, stateOf } from './pull-state.ts';

const wantsReview = ({ reviewers, assignees, labels }: GitCommitConfig): boolean =>
  reviewers.length + assignees.length + labels.length > 0;

/** Once the pull request is there and is dressed. */
export const afterReview = (github: GithubClient, { config, state, now }: PullOptions): Success => {
  const done = doneWith(github, state);
  return config.mergeStrategy === undefined ? done : { ...done, next: awaitMerge(github, state, now) };
};

const opened = (github: GithubClient, options: PullOptions, pull: Pull): Success => {
  const state = { ...options.state, number: pull.number, url: pull.html_url };
  if (!wantsReview(options.config)) return afterReview(github, { ...options, state });
  return { ...doneWith(github, state), next: { kind: 'step', step: 'review', state: stateOf(state) } };
};

/** The pull requests of the attempt's own branch, closed ones included. */
const findPulls = async (github: GithubClient, { head }: PullState): Promise<Answered<readonly Pull[]>> => {
  const [owner = ''] = github.name.split('/');
  const parameters = { head: `${owner}:${head}`, state: 'all', per_page: 10 };
  const found = await github.read({ route: 'GET /repos/{owner}/{repo}/pulls', parameters, schema: pullsSchema });
  return found.ok ? ok(found.value.filter((pull) => pull.head.ref === head)) : found;
};

const createPull = async (github: GithubClient, options: PullOptions): Promise<Answered<Pull>> => {
  const { config, state } = options;
  const [firstLine = ''] = config.commitMessage.split('\n');
  const title = config.pullRequestTitle ?? firstLine.slice(0, 250);
  const body = config.pullRequestBody ?? '';
  const parameters = { title, body, head: state.head, base: state.into };
  const created = await github.act({ route: 'POST /repos/{owner}/{repo}/pulls', parameters, schema: pullSchema });
  if (created.ok || created.error.kind !== 'definite-failure') return created;
  // GitHub refuses a second one of the same branch: somebody was faster with the first.
  const found = await findPulls(github, state);
  const [pull, ...more] = found.ok ? found.value : [];
  return pull && more.length === 0 ? ok(pull) : err(created.error);
};

/** The pull request of a commit. The branch it comes from is that of the attempt, so there is one or none. */
export const pullRequestEffect = (options: PullOptions): Effect => ({
  target: options.target,
  resend: DEFAULT_RESEND,
  repeatable: true,
  run: async ({ remainingMs }) => {
    const github = options.open(remainingMs);
    const found = await findPulls(github, options.state);
    if (!found.ok) return found.error;
    const pull = found.value[0] ? ok(found.value[0]) : await createPull(github, options);
    return pull.ok ? opened(github, options, pull.value) : pull.error;
  },
  probe: async ({ remainingMs }) => {
    const github = options.open(remainingMs);
    const found = await findPulls(github, options.state);
    if (!found.ok)
      return { kind: 'inconclusive', note: `The look failed: ${found.error.failure.message}`, again: true };
    const [pull, ...more] = found.value;
    if (pull && more.length === 0) return { kind: 'found', success: opened(github, options, pull) };
    const note = pull
      ? `Several pull requests come from ${options.state.head}.`
      : `No pull request comes from ${options.state.head}.`;
    return { kind: 'inconclusive', note, again: pull === undefined };
  },
});

const reviewersOf = ({ reviewers }: GitCommitConfig) => ({
  reviewers: reviewers.filter((name) => !name.includes('/')),
  team_reviewers: reviewers.filter((name) => name.includes('/')).map((name) => name.split('/').at(-1) ?? name),
});

const callsOf = ({ config, state: { number = 0 } }: PullOptions) => {
  const { labels, assignees } = config;
  const call = (route: string, parameters: Readonly<Record<string, unknown>>) => ({
    route,
    parameters,
    schema: anything,
  });
  const issue = '/repos/{owner}/{repo}/issues/{issue_number}';
  const pull = '/repos/{owner}/{repo}/pulls/{pull_number}';
  return [
    ...(labels.length > 0 ? [call(`POST ${issue}/labels`, { issue_number: number, labels })] : []),
    ...(assignees.length > 0 ? [call(`POST ${issue}/assignees`, { issue_number: number, assignees })] : []),
    ...(config.reviewers.length > 0
      ? [call(`POST ${pull}/requested_reviewers`, { pull_number: number, ...reviewersOf(config) })]
      : []),
  ];
};

/** Labels, assignees and reviewers: asked for twice they are there once. */
export const reviewEffect = (options: PullOptions): Effect => ({
  target: options.target,
  resend: DEFAULT_RESEND,
  repeatable: true,
  run: async ({ remainingMs }) => {
    const github = options.open(remainingMs);
    for (const call of callsOf(options)) {
      const answered = await github.act(call);
      if (!answered.ok) return { ...answered.error, failure: withPull(answered.error.failure, options.state) };
    }
    return afterReview(github, options);
  },
  probe: async () => ({ kind: 'impossible' }),
});

const withPull = <F extends { readonly evidence?: JsonObject }>(failure: F, { url = '' }: PullState): F => ({
  ...failure,
  evidence: { ...failure.evidence, pullRequestUrl: url },
});
