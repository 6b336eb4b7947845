import { err, isJsonObject, type JsonObject, ok } from '@pao/kernel';
import { own, ownText } from '../read.ts';
import { backstageRequest } from './request.ts';
import { type Converter, convertValue } from './step.ts';

/** The action that does what a step does; the error says why there is none. */
export const convertStep: Converter = (step, scope, context) => {
  const converter = Object.hasOwn(CONVERTERS, step.action) ? CONVERTERS[step.action] : undefined;
  if (converter !== undefined) return converter(step, scope, context);
  if (/^(fetch|fs|roadiehq:utils:fs|catalog:fetch|catalog:write)/.test(step.action)) context.workspace = 'foreign';
  return err(WHY_NOT.find(([pattern]) => pattern.test(step.action))?.[1] ?? 'no action does what this one does');
};

const WHY_NOT: readonly (readonly [RegExp, string])[] = [
  [/^fetch:/, 'its files are elsewhere, and would have to be rendered by Backstage'],
  [/^publish:/, 'the files it publishes are not all written in the template'],
  [/^catalog:register/, 'it writes to the catalog of Backstage'],
];

/** `github.com?repo=x&owner=y`, as the pickers of Backstage write it. */
const repositoryOf = (repoUrl: string | undefined): string | undefined => {
  const [, query = ''] = /^github\.com\?(.+)$/.exec(repoUrl ?? '') ?? [];
  const pairs = query.split('&').map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1]] as const);
  const values = new Map<string, string | undefined>(pairs);
  const [owner, repo] = [values.get('owner'), values.get('repo')];
  return owner === undefined || repo === undefined ? undefined : `${owner}/${repo}`;
};

const NO_REPOSITORY = 'which repository is meant is chosen in the form, or is not on github.com';

const dispatch: Converter = ({ input }, scope) => {
  const read = convertValue(without(input, ['token']), scope);
  if (!read.ok) return read;
  const repository = repositoryOf(ownText(read.value, 'repoUrl'));
  const workflowFile = ownText(read.value, 'workflowId');
  const ref = ownText(read.value, 'branchOrTagName');
  if (repository === undefined) return err(NO_REPOSITORY);
  if (workflowFile === undefined || !/\.ya?ml$/.test(workflowFile)) return err('the workflow is not named by its file');
  if (ref === undefined) return err('it names no branch or tag');
  const inputs = own(read.value, 'workflowInputs');
  return ok({
    type: 'github-workflow',
    config: { repository, workflowFile, ref, ...(isJsonObject(inputs) ? { inputs } : {}) },
  });
};

const writeFile: Converter = ({ input, conditional }, scope, context) => {
  if (conditional) {
    context.workspace = 'foreign';
    return err('a file is committed always, or not at all');
  }
  const read = convertValue(input, scope);
  const path = read.ok ? ownText(read.value, 'path') : undefined;
  const content = read.ok ? own(read.value, 'content') : undefined;
  if (path === undefined || typeof content !== 'string') {
    context.workspace = 'foreign';
    return read.ok ? err('it has no path, or no content that is a text') : read;
  }
  context.files.push({ path: path.replace(/^(?:\.\/)+/, ''), operation: 'create', contentTemplate: content });
  return 'collected';
};

const pullRequest: Converter = ({ input, stepId }, scope, context) => {
  if (context.workspace !== 'clear' || context.files.length === 0)
    return err('the files it publishes are not all written in the template');
  const read = convertValue(without(input, ['token']), scope);
  if (!read.ok) return read;
  const repository = repositoryOf(ownText(read.value, 'repoUrl'));
  const branch = ownText(read.value, 'branchName');
  const title = ownText(read.value, 'title');
  if (repository === undefined) return err(NO_REPOSITORY);
  if (branch === undefined || title === undefined) return err('it has no branch or no title');
  if (input['targetPath'] !== undefined || input['sourcePath'] !== undefined)
    return err('it moves the files to another folder');
  const description = ownText(read.value, 'description');
  context.published = true;
  context.outputs.set(stepId, ([name]) => PULL_REQUEST_OUTPUTS[name ?? '']);
  return ok({
    type: 'git-commit',
    config: {
      repository,
      branch,
      commitMessage: title,
      files: [...context.files],
      createPullRequest: true,
      pullRequestTitle: title,
      ...(description === undefined ? {} : { pullRequestBody: description }),
    },
  });
};

const PULL_REQUEST_OUTPUTS: { readonly [name: string]: string | undefined } = {
  remoteUrl: 'pullRequestUrl',
  pullRequestNumber: 'pullRequestNumber',
};

const without = (value: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

const CONVERTERS: { readonly [action: string]: Converter | undefined } = {
  'http:backstage:request': backstageRequest,
  'github:actions:dispatch': dispatch,
  'roadiehq:utils:fs:write': writeFile,
  'publish:github:pull-request': pullRequest,
};
