import { readdirSync, readFileSync } from 'node:fs';
import { ACTION_TYPES, parseDocument, validateCatalog } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import test from 'ava';
import { parse, stringify } from 'yaml';
// @boundaries-ignore what the executor takes
import { gitCommitConfig } from '../../services/executor/src/adapters/git/config.ts';
// @boundaries-ignore what the executor takes
import { githubWorkflowConfig } from '../../services/executor/src/adapters/github/workflow-config.ts';
// @boundaries-ignore what the executor takes
import { jiraTicketConfig } from '../../services/executor/src/adapters/jira/config.ts';
// @boundaries-ignore what the executor takes
import { restApiConfig } from '../../services/executor/src/adapters/rest-api/config.ts';
// @boundaries-ignore what the executor takes
import { serviceNowConfig } from '../../services/executor/src/adapters/servicenow/config.ts';
// @boundaries-ignore what the executor takes
import { terraformConfig } from '../../services/executor/src/adapters/terraform/config.ts';
// @boundaries-ignore what the executor takes
import { webhookConfig } from '../../services/executor/src/adapters/webhook/config.ts';

const folder = new URL('../../docs/actions/', import.meta.url);
const pages = new Map(
  readdirSync(folder).map((file) => [file.replace(/\.md$/, ''), readFileSync(new URL(file, folder), 'utf8')] as const),
);

/** What the executor takes, by type. */
const CONFIGS = {
  'git-commit': gitCommitConfig,
  'github-workflow': githubWorkflowConfig,
  'jira-ticket': jiraTicketConfig,
  'rest-api': restApiConfig,
  'servicenow-request': serviceNowConfig,
  terraform: terraformConfig,
  webhook: webhookConfig,
};

type Type = keyof typeof CONFIGS;
const TYPES = Object.keys(CONFIGS) as Type[];

const pageOf = (type: Type): string => pages.get(type) ?? '';

/** The actions that stand on a page. */
const examplesOf = (type: Type): readonly JsonObject[] =>
  [...pageOf(type).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => {
    const value = parse(text) as Json;
    return Array.isArray(value) ? value.filter(isJsonObject) : [];
  });

/** A field of the form for each that the example reads. */
const fieldsFor = (text: string) => {
  const ids = [...text.matchAll(/\.current\.basic\.(\w+)/g)].map(([, id = '']) => id);
  return [...new Set(ids)].map((id) => ({
    ...{ id, name: id, required: true },
    type: id === 'password' ? 'password' : id.endsWith('Gb') ? 'number' : 'string',
    ...(id === 'password' && { validation: { minLength: 12 } }),
  }));
};

const documentWith = (action: JsonObject): string => {
  const fields = fieldsFor(JSON.stringify(action));
  return stringify({
    schemaVersion: 'catalog/v1',
    kind: 'CatalogItem',
    metadata: {
      ...{
        id: 'database-example-small',
        name: 'Example',
        description: 'An example of the documentation.',
        version: '1.0.0',
      },
      ...{ category: 'databases', owner: { team: 'platform', contact: 'platform@example.com' } },
    },
    input: {
      form: {
        name: 'Name',
        validation: { pattern: '^[a-z]{3,20}$' },
        groups: fields.length > 0 ? [{ id: 'basic', name: 'Basics', fields }] : [],
      },
    },
    fulfillment: {
      strategy: { mode: 'automatic' },
      manual: { actions: [{ type: 'jira-ticket', config: { ticket: { project: 'DBA', summaryTemplate: 'Do it' } } }] },
      automatic: { actions: [action] },
    },
  });
};

/** As it is rendered: with a value in place of each variable. */
const rendered = (value: Json): Json => {
  if (typeof value === 'string') return value.replaceAll(/\{\{[^}]*\}\}/g, 'orders');
  if (Array.isArray(value)) return value.map(rendered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rendered(one)]));
};

test('each action type has a page, and the index names each', (t) => {
  t.deepEqual([...pages.keys()].toSorted(), TYPES.toSorted());
  t.deepEqual([...ACTION_TYPES].toSorted(), TYPES.toSorted());
  const index = readFileSync(new URL('../actions.md', folder), 'utf8');
  for (const type of TYPES) t.true(index.includes(`[\`${type}\`](actions/${type}.md)`), type);
});

for (const type of TYPES) {
  test(`the examples on the page of ${type} are documents without an error`, (t) => {
    t.true(examplesOf(type).length > 0);
    for (const example of examplesOf(type)) {
      const parsed = parseDocument(documentWith(example), { path: 'catalog/databases/database-example-small.yaml' });
      const { findings } = validateCatalog([parsed]);
      t.deepEqual(
        findings.filter(({ severity }) => severity === 'error'),
        [],
      );
    }
  });

  test(`the executor takes the examples on the page of ${type}`, (t) => {
    for (const { config = {} } of examplesOf(type)) {
      const taken = CONFIGS[type].safeParse(rendered(config));
      t.deepEqual(taken.error?.issues ?? [], []);
    }
  });

  test(`the page of ${type} tells of everything that its configuration takes`, (t) => {
    const common = JSON.parse(readFileSync(new URL('../../contracts/catalog/common-types.json', folder), 'utf8'));
    const name = `${type.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}Config`;
    const missing = Object.keys(common.$defs[name].properties).filter(
      (key) => !new RegExp(`\`${key}[\`.,\\[]`).test(pageOf(type)),
    );
    t.deepEqual(missing, []);
  });
}
