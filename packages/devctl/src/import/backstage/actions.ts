import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { DraftAction } from '../draft.ts';
import { toCamelCase } from '../names.ts';
import { own, ownText } from '../read.ts';
import { excerpt, type Remarks } from '../remarks.ts';
import { convertText, type Scope } from './expressions.ts';

type OutputReader = (path: readonly string[]) => string | undefined;

/** What the steps of one template share, in order. */
export interface StepContext {
  readonly remarks: Remarks;
  readonly backstageUrl?: string;
  /** By id of a step that was carried over. */
  readonly outputs: Map<string, OutputReader>;
  /** Files that steps wrote into the workspace, for a later `publish:*`. */
  readonly files: JsonObject[];
  /** `foreign` once a step has put files there that the template does not hold. */
  workspace: 'clear' | 'foreign';
  published: boolean;
  /** False once something of a step that was carried over is missing. */
  whole: boolean;
}

export interface StepInput {
  readonly action: string;
  readonly input: JsonObject;
  readonly at: string;
  readonly stepId: string;
  /** It has a condition of its own. */
  readonly conditional: boolean;
}

type Carried = Pick<DraftAction, 'type' | 'config' | 'outputs'>;
type Converter = (step: StepInput, scope: Scope, context: StepContext) => Result<Carried, string> | 'collected';

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

/** All texts of a value with their expressions converted. */
const convertValue = (value: Json, scope: Scope): Result<Json, string> => {
  if (typeof value === 'string') return convertText(value, scope);
  if (typeof value !== 'object' || value === null) return ok(value);
  const entries: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key.includes('{{')) return err('a key is filled in');
    const converted = convertValue(inner, scope);
    if (!converted.ok) return converted;
    entries.push([key, converted.value]);
  }
  return ok(Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries));
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const REQUEST_KEYS = new Set([
  'path',
  'method',
  'headers',
  'params',
  'body',
  'logRequestPath',
  'continueOnBadResponse',
  'timeout',
]);

const backstageRequest: Converter = ({ input, at, stepId }, scope, context) => {
  const { backstageUrl, remarks } = context;
  if (backstageUrl === undefined) return err('where Backstage answers is not known; give --backstage-url');
  const read = convertValue(input, scope);
  if (!read.ok) return read;
  const path = ownText(read.value, 'path');
  const method = (ownText(read.value, 'method') ?? '').toUpperCase();
  if (path === undefined || !METHODS.has(method)) return err('it has no path, or no method that is known');
  for (const key of Object.keys(input)) {
    if (!REQUEST_KEYS.has(key)) return err(`it has ${excerpt(key, 40)}, which has no counterpart`);
  }
  if (input['continueOnBadResponse'] === true)
    return err('it goes on after a refusal; an action that is refused fails');
  const headers = headersOf(own(read.value, 'headers'));
  const body = bodyOf(own(read.value, 'body'));
  if (!headers.ok) return headers;
  if (!body.ok) return body;
  remarks.leave(
    at,
    "Backstage's own authentication of the call",
    'the scaffolder adds its token by itself',
    'add authentication with a secretRef',
  );
  context.whole = false;
  const outputs: { [name: string]: string } = {};
  context.outputs.set(stepId, responseReader(stepId, outputs));
  const query = own(read.value, 'params');
  return ok({
    type: 'rest-api',
    config: {
      endpoint: { url: `${backstageUrl.replace(/\/+$/, '')}/api/${path.replace(/^\/*(?:api\/)?/, '')}`, method },
      ...headers.value,
      ...(isJsonObject(query) ? { query } : {}),
      ...body.value,
    },
    outputs,
  });
};

const headersOf = (headers: Json | undefined): Result<JsonObject, string> => {
  if (!isJsonObject(headers)) return ok({});
  const secret = Object.keys(headers).find((name) => /^(authorization|cookie|x-api-key)$/i.test(name));
  if (secret !== undefined) return err(`the header ${secret} holds a secret; such are read with secretRef`);
  return ok({ headers });
};

const bodyOf = (body: Json | undefined): Result<JsonObject, string> => {
  if (body === undefined || body === null) return ok({});
  if (typeof body !== 'string') return ok({ body: { type: 'json', contentTemplate: body } });
  // A text with JSON in it is sent as JSON; what is filled in is then escaped as JSON is.
  const type = /^\s*[{[]/.test(body) ? 'json' : 'text';
  return ok({ body: { type, contentTemplate: body } });
};

const responseReader =
  (stepId: string, outputs: { [name: string]: string }): OutputReader =>
  (path) => {
    const [first, ...rest] = path;
    const root = first === 'code' ? 'status' : first;
    if (root === undefined || !['status', 'headers', 'body'].includes(root)) return undefined;
    const name = toCamelCase(`${stepId} ${[root, ...rest].join(' ')}`);
    outputs[name] = [root, ...rest.map((part) => (/^\w+$/.test(part) ? part : JSON.stringify(part)))].join('.');
    return name;
  };

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
