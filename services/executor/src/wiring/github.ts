import type { ActionRunner, SecretStore } from '@pao/executor-sdk';
import { createEgress, type SendHttp } from '@pao/outgoing';
import { createGitCommitActions } from '../adapters/git/action.ts';
import { createGithub } from '../adapters/github/instances.ts';
import { createGithubWorkflowAction } from '../adapters/github/workflow-action.ts';
import { type Config, environment } from '../config.ts';

interface GithubParts {
  readonly config: Pick<Config, 'github' | 'git' | 'egress'>;
  readonly send: SendHttp;
  readonly secrets: SecretStore;
  readonly now: () => Date;
}

/** Commits, on GitHub and elsewhere, and workflows. */
export const githubActions = ({ config, send, secrets, now }: GithubParts): readonly ActionRunner[] => {
  const { github: settings, git, egress } = config;
  const github = createGithub({ instances: settings.instances, allow: settings.allow, send, now });
  const remotes = {
    allow: git.allow,
    credentials: new Map(git.credentials),
    egress: createEgress({ allow: new Set(egress.allow), map: new Map(egress.map) }),
    secrets,
  };
  const { allowWorkflowFiles } = settings;
  return [
    ...createGitCommitActions({ github, remotes, author: git.author, allowWorkflowFiles, environment, now }),
    createGithubWorkflowAction({ github, send, now }),
  ];
};
