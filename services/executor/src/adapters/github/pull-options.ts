import type { Success } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import type { GitCommitConfig } from '../git/config.ts';
import type { GithubClient } from './client.ts';
import type { PullState } from './pull-state.ts';

export interface PullOptions {
  readonly config: GitCommitConfig;
  readonly state: PullState;
  readonly target: string;
  readonly open: (timeoutMs: number) => GithubClient;
  readonly now: () => Date;
}

/** The outputs of a commit with a pull request, as far as it has come. */
export const outputsOf = (github: GithubClient, { commitSha, head, number, url }: PullState): JsonObject => ({
  commitSha,
  url: `${github.webUrl}/commit/${commitSha}`,
  branch: head,
  ...(number !== undefined && { pullRequestNumber: number }),
  ...(url !== undefined && { pullRequestUrl: url }),
});

export const doneWith = (github: GithubClient, state: PullState, more: JsonObject = {}): Success => {
  const result = { ...outputsOf(github, state), ...more };
  return { kind: 'ok', result, offered: result, evidence: result, externalRef: state.url ?? state.commitSha };
};
