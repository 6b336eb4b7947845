import { readFile, writeFile } from 'node:fs/promises';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

// Makes generated/openapi.json of GitHub's published description, which is far too large to be a dependency:
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.deref.json
//   node packages/testkit/src/fakes/github/generate.ts package/generated/api.github.com.deref.json

/** The operations that the fake answers. */
const OPERATIONS: ReadonlySet<string> = new Set([
  'repos/get',
  'git/get-ref',
  'git/get-commit',
  'git/get-tree',
  'git/get-blob',
  'repos/compare-commits',
  'repos/create-commit-status',
  'repos/get-content',
  'repos/list-commits',
  'git/create-blob',
  'git/create-tree',
  'git/create-commit',
  'git/create-ref',
  'git/update-ref',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/merge',
  'pulls/request-reviewers',
  'issues/add-assignees',
  'issues/add-labels',
  'actions/create-workflow-dispatch',
  'actions/list-workflow-runs',
  'actions/get-workflow-run',
  'actions/list-jobs-for-workflow-run',
  'actions/list-workflow-run-artifacts',
  'actions/download-artifact',
  'apps/get-repo-installation',
  'apps/create-installation-access-token',
]);

const METHODS: ReadonlySet<string> = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Prose. A property of one of these names is an object and stays. */
const PROSE: ReadonlySet<string> = new Set(['description', 'title', 'summary', 'example', 'examples', 'x-github']);

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type more. */
const withNull = (schema: JsonObject): JsonObject => {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return schema;
  if (typeof rest['type'] !== 'string') return { anyOf: [rest, { type: 'null' }] };
  const { enum: values } = rest;
  return { ...rest, type: [rest['type'], 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) };
};

const shorten = (value: Json, insideProperties = false): Json => {
  if (Array.isArray(value)) return value.map((member) => shorten(member));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, member]) =>
    member === undefined || (!insideProperties && PROSE.has(key))
      ? []
      : [[key, shorten(member, key === 'properties' && !insideProperties)] as const],
  );
  const result = Object.fromEntries(kept);
  return insideProperties ? result : withNull(result);
};

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

const schemaOf = (holder: Json | undefined): Json => {
  const content = objectIn(objectIn(holder)['content']);
  return shorten(objectIn(content['application/json'])['schema'] ?? {});
};

const operationOf = (path: string, method: string, operation: JsonObject): JsonObject => ({
  path,
  method: method.toUpperCase(),
  parameters: (Array.isArray(operation['parameters']) ? operation['parameters'] : []).map((one) => {
    const { name = '', in: place = '', required = false, schema = {} } = objectIn(one);
    return { name, in: place, required, schema: shorten(schema) };
  }),
  ...(operation['requestBody'] !== undefined && { body: schemaOf(operation['requestBody']) }),
  responses: Object.fromEntries(
    Object.entries(objectIn(operation['responses'])).map(([status, response]) => [status, schemaOf(response)]),
  ),
});

const [source = ''] = process.argv.slice(2);
const document = objectIn(JSON.parse(await readFile(source, 'utf8')) as Json);
const found = Object.entries(objectIn(document['paths'])).flatMap(([path, methods]) =>
  Object.entries(objectIn(methods)).flatMap(([method, operation]) => {
    const { operationId } = objectIn(operation);
    const isWanted = METHODS.has(method) && typeof operationId === 'string' && OPERATIONS.has(operationId);
    return isWanted ? [[operationId, operationOf(path, method, objectIn(operation))] as const] : [];
  }),
);
const missing = [...OPERATIONS].filter((id) => !found.some(([name]) => name === id));
if (missing.length > 0) throw new Error(`${source} has no ${missing.join(', ')}`);
const lines = found.map(([id, operation]) => `${JSON.stringify(id)}:${JSON.stringify(operation)}`);
const { version = '' } = objectIn(document['info']);
const head = `"source":"@octokit/openapi","version":${JSON.stringify(version)},"license":"MIT","regenerate":"see ../generate.ts"`;
const target = new URL('generated/openapi.json', import.meta.url);
await writeFile(target, `{${head},"operations":{\n${lines.join(',\n')}\n}}\n`);
