import { posix } from 'node:path';
import {
  type Action,
  type ActionRunner,
  configInvalid,
  type Effect,
  type Failure,
  type Look,
  type LookContext,
  type Point,
  unsupported,
} from '@pao/executor-sdk';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { TerraformConfig } from './config.ts';
import { folderOf, rootModule, valuesFile } from './root-module.ts';

const exposed = (): Failure => ({
  code: 'SECRET_EXPOSED',
  message: 'A secret would become part of a commit. Nothing was sent; give it to Terraform where that runs.',
});

const holdsReference = (config: TerraformConfig): boolean =>
  Object.values(config.variables).some((value) => typeof value === 'object' && value !== null && 'secretRef' in value);

/** The folder of a module's call: two requests for the same one would write over each other. */
const placed = (config: TerraformConfig): Result<TerraformConfig, Failure> => {
  const directory = config.directory ?? (config.files === undefined ? config.workspace : undefined);
  if (directory !== undefined) return ok({ ...config, directory });
  return config.module === undefined
    ? ok(config)
    : err(configInvalid('directory', 'is missing: it says where in the repository the files go'));
};

/** The action of the type `git-commit` that commits what was generated: the document's files, or the call of its module, and the values. */
const commitAction = (action: Action, config: TerraformConfig, secrets: readonly string[]): Result<Action, Failure> => {
  if (secrets.length > 0 || holdsReference(config)) return err(exposed());
  const at = placed(config);
  if (!at.ok) return at;
  const root = rootModule(at.value, new Set(), { keepSource: true });
  if (!root.ok) return root;
  const own = (config.files ?? []).map(({ contentTemplate, operation, ...file }) =>
    operation === 'delete' ? { ...file, operation } : { ...file, ...(operation && { operation }), contentTemplate },
  );
  const made = [...root.value, ...valuesFile(at.value, config.variables)].map(({ path, content }) => ({
    path: posix.normalize(path),
    contentTemplate: content,
  }));
  const { repository, branch = 'main', commitMessage, createPullRequest, pullRequestTitle, pullRequestBody } = config;
  const commit = {
    repository,
    branch,
    commitMessage: commitMessage ?? `Terraform: ${folderOf(at.value)}`,
    createPullRequest,
    pullRequestTitle,
    pullRequestBody,
    files: [...own, ...made],
  };
  const given = Object.fromEntries(Object.entries(commit).filter(([, value]) => value !== undefined)) as JsonObject;
  return ok({ ...action, type: 'git-commit', config: given });
};

/** `generate`, by the action type that commits. */
export interface Generate {
  prepare(action: Action, config: TerraformConfig, secrets: readonly string[]): Promise<Result<Effect, Failure>>;
  proceed(
    action: Action,
    config: TerraformConfig,
    secrets: readonly string[],
    point: Point,
  ): Promise<Result<Effect, Failure>>;
  look(action: Action, config: TerraformConfig, point: Point, context: LookContext): Promise<Look>;
}

/** @param commit undefined where nothing commits: then `generate` is refused. */
export const createGenerate = (commit: ActionRunner | undefined): Generate => ({
  prepare: async (action, config, secrets) => {
    if (commit === undefined) return err(unsupported('mode: generate'));
    const commitment = commitAction(action, config, secrets);
    return commitment.ok ? commit.prepare(commitment.value, []) : commitment;
  },
  proceed: async (action, config, secrets, point) => {
    if (commit?.proceed === undefined) return err(unsupported('mode: generate'));
    const commitment = commitAction(action, config, secrets);
    return commitment.ok ? commit.proceed(commitment.value, [], point) : commitment;
  },
  look: async (action, config, point, context) => {
    const commitment = commitAction(action, config, []);
    if (!commitment.ok) return { kind: 'definite-failure', failure: commitment.error };
    if (commit?.look === undefined) throw new Error('a commit that waits does not say how it goes on');
    return commit.look(commitment.value, [], point, context);
  },
});
