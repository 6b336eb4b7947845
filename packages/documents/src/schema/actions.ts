import { closed, common, type JsonSchema, listOf, text, when } from './json-schema.ts';
import { coded } from './names.ts';

const seconds: JsonSchema = { type: 'number', exclusiveMinimum: 0, maximum: 604_800, description: 'Seconds.' };
const flag: JsonSchema = { type: 'boolean' };
const names = listOf(text());
const anyObject: JsonSchema = { type: 'object' };
const template = text({ description: 'May hold {{.namespace.path}} variables.' });
const files = listOf(
  closed(
    ['path'],
    { path: template, operation: { enum: ['create', 'update', 'delete'] }, contentTemplate: { type: 'string' } },
    {
      if: { properties: { operation: { const: 'delete' } }, required: ['operation'] },
      else: { required: ['contentTemplate'] },
    },
  ),
  { minItems: 1 },
);

const ticketLinks = listOf(
  closed(['type', 'key'], {
    type: text({ description: 'Name of a type of links, such as Blocks.' }),
    key: template,
    direction: { enum: ['outward', 'inward'], description: 'outward: the new ticket blocks that issue. The default.' },
  }),
  { maxItems: 20 },
);

const jiraTicket = closed(['ticket'], {
  instance: text(),
  ticket: closed(['project', 'summaryTemplate'], {
    project: text(),
    summaryTemplate: template,
    issueType: text({ default: 'Task' }),
    descriptionTemplate: { type: 'string' },
    priority: text(),
    labels: names,
    components: names,
    epicKey: text(),
    assignee: text(),
    customFields: anyObject,
    links: ticketLinks,
    waitForResolution: flag,
  }),
  descriptionTemplate: { type: 'string' },
  priority: text(),
  labels: names,
  components: names,
  epicKey: text(),
  assignee: text(),
  customFields: anyObject,
  links: ticketLinks,
  waitForResolution: flag,
});

const headers: JsonSchema = {
  type: 'object',
  propertyNames: { pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
  additionalProperties: {
    type: ['string', 'number', 'boolean', 'object'],
    required: ['secretRef'],
    properties: { secretRef: common('secretRef') },
    additionalProperties: false,
  },
};

const authentication = closed(
  ['type'],
  {
    type: { enum: ['bearer', 'basic', 'api-key', 'oauth2-client-credentials', 'aws-sigv4'] },
    secretRef: common('secretRef'),
    header: text({ description: 'Header of an api-key; X-Api-Key when absent.' }),
    username: text(),
    clientId: text(),
    tokenUrl: text(),
    scopes: names,
    audience: text(),
    clientAuthentication: {
      enum: ['basic', 'post'],
      description: 'Of OAuth 2: the client proves itself in a header (the default) or in the body.',
    },
    region: text(),
    service: text(),
  },
  { if: { properties: { type: { const: 'aws-sigv4' } } }, else: { required: ['secretRef'] } },
);

const restApi = closed(['endpoint'], {
  endpoint: closed(['url', 'method'], {
    url: template,
    method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
  }),
  headers,
  query: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'array'] } },
  body: closed(['type', 'contentTemplate'], {
    type: { enum: ['json', 'form-data', 'form-urlencoded', 'text'] },
    contentTemplate: { type: ['string', 'object', 'array'] },
    contentType: text(),
  }),
  authentication,
  retry: closed([], {
    attempts: { type: 'integer', minimum: 1, maximum: 10 },
    backoff: { enum: ['linear', 'exponential'] },
    delay: seconds,
  }),
  expect: closed([], {
    status: {
      type: ['integer', 'array'],
      minimum: 100,
      maximum: 599,
      items: { type: 'integer', minimum: 100, maximum: 599 },
    },
  }),
  poll: closed(['url', 'until'], {
    url: template,
    until: common('expression'),
    failWhen: common('expression'),
    interval: seconds,
    timeout: seconds,
  }),
});

const gitCommit = closed(['repository', 'branch', 'commitMessage', 'files'], {
  repository: template,
  branch: template,
  commitMessage: template,
  files,
  createPullRequest: flag,
  pullRequestTitle: template,
  pullRequestBody: { type: 'string' },
  reviewers: names,
  assignees: names,
  labels: names,
  mergeStrategy: { enum: ['merge', 'squash', 'rebase'] },
});

const githubWorkflow = closed(['repository', 'workflowFile', 'ref'], {
  repository: template,
  workflowFile: text(),
  ref: template,
  inputs: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
  waitForCompletion: flag,
  timeout: seconds,
  failOnWorkflowFailure: flag,
});

const terraformBackend = closed(['type'], {
  type: { enum: ['local', 'pg', 's3'] },
  connection: closed(['secretRef'], { secretRef: common('secretRef') }),
  schemaName: template,
  bucket: template,
  region: template,
  key: template,
  workspaceKeyPrefix: template,
  kmsKeyId: template,
  dynamodbTable: template,
});

const terraform = closed(
  [],
  {
    module: closed(['source'], { source: text(), version: text() }),
    files,
    directory: template,
    variables: anyObject,
    env: {
      type: 'object',
      propertyNames: { pattern: '^[A-Z][A-Z0-9_]*$' },
      additionalProperties: {
        type: ['string', 'object'],
        required: ['secretRef'],
        properties: { secretRef: common('secretRef') },
        additionalProperties: false,
      },
    },
    mode: { enum: ['generate', 'apply', 'check'] },
    repository: template,
    branch: template,
    commitMessage: template,
    createPullRequest: flag,
    pullRequestTitle: template,
    pullRequestBody: { type: 'string' },
    backend: terraformBackend,
    workspace: template,
    approvePlan: flag,
    destroyOnRollback: flag,
  },
  { oneOf: [{ required: ['module'] }, { required: ['files'] }], 'x-code': 'TERRAFORM_SOURCE' },
);

const webhook = closed(['url'], {
  url: template,
  headers,
  contentType: text(),
  payloadTemplate: { type: ['string', 'object', 'array'] },
  secretRef: common('secretRef'),
  deliver: { enum: ['at-most-once', 'at-least-once'] },
  waitForCallback: flag,
  timeout: seconds,
});

const servicenowRequest = closed(
  ['instance'],
  {
    instance: text(),
    catalogItem: text(),
    table: text(),
    variables: anyObject,
    correlationVariable: text(),
    waitForClosure: flag,
    interval: seconds,
    timeout: seconds,
  },
  { oneOf: [{ required: ['catalogItem'] }, { required: ['table'] }], 'x-code': 'SERVICENOW_TARGET' },
);

/** The shape of `config`, by action type. */
const CONFIG_SCHEMAS: { readonly [type: string]: JsonSchema } = {
  'jira-ticket': jiraTicket,
  'rest-api': restApi,
  'git-commit': gitCommit,
  'github-commit': gitCommit,
  'github-workflow': githubWorkflow,
  terraform,
  webhook,
  'servicenow-request': servicenowRequest,
};

const configName = (type: string): string =>
  `${type.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace('githubCommit', 'gitCommit')}Config`;

const properties: { readonly [name: string]: JsonSchema } = {
  type: { ...common('kebabCase'), description: 'A built-in type, or the type of another executor.' },
  id: coded('kebabCase', 'ACTION_ID_NOT_KEBAB_CASE'),
  name: text(),
  config: anyObject,
  outputs: {
    type: 'object',
    propertyNames: { pattern: '^[a-zA-Z][a-zA-Z0-9_-]*$', 'x-code': 'OUTPUT_NAME_INVALID' },
    additionalProperties: common('expression'),
  },
  when: common('expression'),
  timeout: seconds,
  executor: common('kebabCase'),
  idempotent: flag,
};

const configs = Object.keys(CONFIG_SCHEMAS).map((type) =>
  when('type', type, { properties: { config: common(configName(type)) } }),
);

export const actionDefinitions: { readonly [name: string]: JsonSchema } = {
  action: closed(
    ['type', 'config'],
    { ...properties, rollback: common('rollback') },
    { allOf: [common('configByType')], description: 'One thing that is done.' },
  ),
  rollback: closed(['type', 'config'], properties, {
    allOf: [common('configByType')],
    description: 'What undoes an action.',
  }),
  actions: listOf(common('action'), { minItems: 1 }),
  configByType: { allOf: configs },
  ...Object.fromEntries(Object.entries(CONFIG_SCHEMAS).map(([type, schema]) => [configName(type), schema])),
};
