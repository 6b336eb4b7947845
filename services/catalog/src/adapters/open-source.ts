import type { Clock } from '@pao/kernel';
import type { CatalogSource } from '../core/ports/catalog-source.ts';
import type { CommitReporter } from '../core/ports/commit-reporter.ts';
import type { SourceConfig } from '../source-settings.ts';
import { createFolderSource } from './folder/folder-source.ts';
import { createGitSource } from './git/git-source.ts';
import { createGithubClient } from './github/github-client.ts';
import { createGithubCommitReporter } from './github/github-commit-reporter.ts';
import { createGithubSource } from './github/github-source.ts';

export interface OpenSource {
  readonly source: CatalogSource;
  /** Undefined where nobody would be told, or nobody may tell. */
  readonly reporter: CommitReporter | undefined;
}

/** The source that the configuration names. */
export const openSource = (config: SourceConfig, environment: NodeJS.ProcessEnv, now: Clock): OpenSource => {
  switch (config.kind) {
    case 'folder':
      return { source: createFolderSource(config.folder), reporter: undefined };
    case 'git':
      return { source: createGitSource({ ...config, environment }), reporter: undefined };
    case 'github': {
      const client = createGithubClient({ ...config, now });
      const reporter = config.token === undefined ? undefined : createGithubCommitReporter(client);
      return { source: createGithubSource({ ...config, client }), reporter };
    }
    default:
      return config satisfies never;
  }
};
