import {
  type Action,
  type ActionRunner,
  configInvalid,
  type Effect,
  type Failure,
  parseConfig,
} from '@pao/executor-sdk';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import { z } from 'zod';
import { type CommitSteps, createCommitSteps } from '../github/commit-steps.ts';
import type { Github } from '../github/instances.ts';
import type { Author } from './attempt-mark.ts';
import { type GitCommitConfig, gitCommitConfig } from './config.ts';
import { clashIn, pathProblem } from './paths.ts';
import { isBranchName } from './refs.ts';
import { type RemoteAddress, type RemoteOptions, remoteProblem } from './remote-access.ts';
import type { RemoteCommitOptions } from './remote-commit.ts';
import { parseRepository } from './repository-address.ts';

export interface GitCommitDependencies {
  readonly github: Github;
  readonly remotes: RemoteOptions;
  readonly author: Author;
  readonly allowWorkflowFiles: boolean;
  /** What the process has; git sees a few of it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly now: Clock;
}

const fileProblem = ({ files }: GitCommitConfig, allowWorkflowFiles: boolean): Failure | undefined => {
  for (const [index, { path }] of files.entries()) {
    const problem = pathProblem(path, allowWorkflowFiles);
    if (problem !== undefined) {
      return {
        code: 'PATH_REFUSED',
        message: `config.files.${index}.path: ${JSON.stringify(path.slice(0, 200))} ${problem}.`,
      };
    }
  }
  const clash = clashIn(files.map(({ path }) => path));
  return clash === undefined ? undefined : configInvalid('files', `${JSON.stringify(clash)} is there twice`);
};

const checked = (action: Action, allowWorkflowFiles: boolean): Result<GitCommitConfig, Failure> => {
  const config = parseConfig(gitCommitConfig, action.config);
  if (!config.ok) return config;
  if (!isBranchName(config.value.branch)) return err(configInvalid('branch', 'is not a name that git takes'));
  const problem = fileProblem(config.value, allowWorkflowFiles);
  return problem ? err(problem) : config;
};

type Opened =
  | { readonly kind: 'github'; readonly steps: CommitSteps }
  | { readonly kind: 'remote'; readonly commit: RemoteCommitOptions };

/** git is run by a library that is loaded with the first such commit: most are on GitHub. */
const remoteEffect = async (commit: RemoteCommitOptions): Promise<Effect> =>
  (await import('./remote-commit.ts')).remoteCommitEffect(commit);

const ONLY_ON_GITHUB = 'needs a repository on GitHub: pull requests are no part of git';

/** The types that are a commit: the second is the first by its older name. */
const TYPES = ['git-commit', 'github-commit'] as const;

/**
 * `git-commit`: files of a repository changed in one commit, which is made the same at each try; on GitHub with a pull request, its
 * reviewers and its merge as steps of their own.
 */
export const createGitCommitActions = (dependencies: GitCommitDependencies): readonly ActionRunner[] => {
  const { github, remotes, author, allowWorkflowFiles, environment, now } = dependencies;

  const openRemote = (config: GitCommitConfig, remote: RemoteAddress): Result<Opened, Failure> => {
    if (config.createPullRequest) return err(configInvalid('createPullRequest', ONLY_ON_GITHUB));
    const problem = remoteProblem(remote, remotes.allow);
    if (problem) return err(problem);
    return ok({ kind: 'remote', commit: { config, remote, remotes, environment, author } });
  };

  const open = (action: Action): Result<Opened, Failure> => {
    const config = checked(action, allowWorkflowFiles);
    if (!config.ok) return config;
    const address = parseRepository(config.value.repository);
    if (!address) return err(configInvalid('repository', 'is no owner/name and no address without a password'));
    const onGithub = github.addressOf(address);
    if (!onGithub && address.kind === 'remote') return openRemote(config.value, address);
    if (!onGithub) throw new Error('an address is of a GitHub or of a remote');
    const repository = github.open(onGithub);
    if (!repository.ok) return repository;
    const parts = { action, config: config.value, repository: repository.value, author, now };
    return ok({ kind: 'github', steps: createCommitSteps(parts) });
  };

  const steps = (action: Action): CommitSteps => {
    const opened = open(action);
    if (opened.ok && opened.value.kind === 'github') return opened.value.steps;
    throw new Error(opened.ok ? 'only a commit on GitHub has later steps' : opened.error.message);
  };

  const runnerOf = (type: string): ActionRunner => ({
    type,
    about,
    step: 'commit',
    continues: true,
    // What is committed stays for ever, and many read it.
    takesSecretIn: () => false,
    prepare: async (action) => {
      const opened = open(action);
      if (!opened.ok) return opened;
      return ok(opened.value.kind === 'github' ? opened.value.steps.first : await remoteEffect(opened.value.commit));
    },
    proceed: async (action, _secrets, point) => {
      const opened = open(action);
      if (!opened.ok) return opened;
      if (opened.value.kind === 'github') return opened.value.steps.proceed(point);
      return err({ code: 'STEP_UNKNOWN', message: `A commit has no step ${JSON.stringify(point.step)}.` });
    },
    look: async (action, _secrets, point, context) => steps(action).look(point, context),
  });
  return TYPES.map(runnerOf);
};

const about: NonNullable<ActionRunner['about']> = {
  version: '1.0.0',
  summary: 'Changes files of a git repository in one commit, on GitHub with a pull request if wanted.',
  idempotency: 'natural',
  configSchema: z.toJSONSchema(gitCommitConfig, { io: 'input' }) as NonNullable<ActionRunner['about']>['configSchema'],
  outputs: ['commitSha', 'url', 'branch', 'pullRequestNumber', 'pullRequestUrl', 'merged', 'mergeCommitSha'],
  plan: 'Commits to {{config.branch}} of {{config.repository}}: {{config.commitMessage}}',
};
