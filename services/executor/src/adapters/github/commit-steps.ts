import type { Action, Effect, Failure, Look, LookContext, Point } from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { Author } from '../git/attempt-mark.ts';
import type { GitCommitConfig } from '../git/config.ts';
import { commitEffect } from './commit-effect.ts';
import type { OpenedRepository } from './instances.ts';
import { lookAtPull, mergeEffect } from './merge.ts';
import type { PullOptions } from './pull-options.ts';
import { pullRequestEffect, reviewEffect } from './pull-request.ts';
import { readState } from './pull-state.ts';

export interface CommitSteps {
  readonly first: Effect;
  proceed(point: Point): Result<Effect, Failure>;
  look(point: Point, context: LookContext): Promise<Look>;
}

interface CommitStepsOptions {
  readonly action: Action;
  readonly config: GitCommitConfig;
  readonly repository: OpenedRepository;
  readonly author: Author;
  readonly now: () => Date;
}

const LATER: {
  readonly [step: string]: readonly [method: string, path: string, effect: (options: PullOptions) => Effect];
} = {
  'pull-request': ['POST', 'pulls', pullRequestEffect],
  review: ['POST', 'pulls/review', reviewEffect],
  merge: ['PUT', 'pulls/merge', mergeEffect],
};

/** A commit on GitHub: the commit; its pull request; labels, assignees and reviewers; and, where it is wanted, its merge. */
export const createCommitSteps = ({ action, config, repository, author, now }: CommitStepsOptions): CommitSteps => {
  const base = `${repository.apiUrl}/repos/${repository.name}`;
  const { open } = repository;
  const optionsAt = ({ state }: Point, target: string): PullOptions => ({
    config,
    state: readState(state),
    target,
    open,
    now,
  });
  return {
    first: commitEffect({ config, actionId: action.id, author, target: `POST ${base}/git (${config.branch})`, open }),
    proceed: (point) => {
      const [method, path, effect] = LATER[point.step] ?? [];
      if (effect) return ok(effect(optionsAt(point, `${method} ${base}/${path}`)));
      return err({ code: 'STEP_UNKNOWN', message: `A commit has no step ${JSON.stringify(point.step)}.` });
    },
    look: (point, context) => lookAtPull(optionsAt(point, `GET ${base}/pulls`), context),
  };
};
