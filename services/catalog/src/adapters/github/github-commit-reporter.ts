import type { CommitReporter } from '../../core/ports/commit-reporter.ts';
import { statusSchema } from './answers.ts';
import type { GithubClient } from './github-client.ts';

const CONTEXT = 'pao/catalog';

const describe = (errors: number): string => {
  if (errors === 0) return 'Every document is in the catalog.';
  return errors === 1
    ? '1 error keeps a document out of the catalog.'
    : `${errors} errors keep documents out of the catalog.`;
};

/** Writes a commit status, which GitHub shows beside the commit and at pull requests. The token must be allowed to. */
export const createGithubCommitReporter = (client: GithubClient): CommitReporter => {
  let told = '';
  return {
    report: async ({ commit, errors }) => {
      const outcome = `${commit} ${errors}`;
      if (outcome === told) return;
      await client.call({
        route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
        parameters: {
          sha: commit,
          state: errors === 0 ? 'success' : 'failure',
          context: CONTEXT,
          description: describe(errors),
        },
        schema: statusSchema,
      });
      told = outcome;
    },
  };
};
