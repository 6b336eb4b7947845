import type { Frame } from './entry.ts';

const METADATA: Keys = {
  id: 'database-postgresql-example',
  name: 'PostgreSQL database',
  description: 'A managed PostgreSQL database with encrypted storage, backups and monitoring.',
  version: '1.2.0',
  category: 'databases',
  owner: '{ team: platform-databases, contact: databases@example.com }',
  defaultPort: '"5432"',
};

const FIELDS = `- { id: environment, name: Environment, type: select, required: true, enum: [dev, prod] }
- { id: storageGb, name: Storage (GB), type: number, default: 50, validation: { min: 20, max: 1000 } }
- { id: adminPassword, name: Administrator's password, type: password, validation: { minLength: 12 } }
- { id: replicaZone, name: Zone of the replica, type: string, conditional: { dependsOn: environment, condition: equals, value: prod } }
`;

const ACTIONS = `- type: rest-api
  id: create
  config:
    endpoint: { url: "https://platform.example.com/databases", method: POST }
    body: { type: json, contentTemplate: '{ "name": "{{.current.name}}" }' }
  outputs: { endpoint: body.endpoint }
`;

const MANUAL =
  '{ actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }] }';

type Keys = { readonly [key: string]: string };

const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));

/** The keys as block YAML; a key of the snippet takes the place of the framing one. */
const withKeys = (keys: Keys, snippet: string): string => {
  const given = new Set([...snippet.matchAll(/^([\w-]+):/gm)].map((match) => match[1] ?? ''));
  const rest = Object.entries(keys).filter(([key]) => !given.has(key));
  return (
    rest
      .map(([key, value]) => (value.includes('\n') ? `${key}:\n${indent(value, 2)}` : `${key}: ${value}\n`))
      .join('') + snippet
  );
};

const block = (name: string, body: string): string => `${name}:\n${indent(body, 2)}`;

const formKeys = (fields: string): Keys => ({
  name: 'Database name',
  validation: '{ pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }',
  groups: `- id: basic\n  name: Basics\n  fields:\n${indent(fields, 4)}`,
});

const form = (body: string): string => block('form', body);

const fulfillment = (actions: string): string =>
  `strategy: { mode: automatic }\nautomatic:\n  actions:\n${indent(actions, 4)}manual: ${MANUAL}\n`;

interface Parts {
  readonly metadata?: string;
  readonly form?: string;
  readonly actions?: string;
  readonly keys?: string;
}

const item = (parts: Parts): string =>
  withKeys(
    {
      schemaVersion: 'catalog/v1',
      kind: 'CatalogItem',
      metadata: parts.metadata ?? withKeys(METADATA, ''),
      input: form(parts.form ?? withKeys(formKeys(FIELDS), '')),
      fulfillment: fulfillment(parts.actions ?? ACTIONS),
    },
    parts.keys ?? '',
  );

const BUNDLE_METADATA: Keys = {
  id: 'bundle-webapp-example',
  name: 'Web application',
  description: 'A database and the place where its connection details are kept, in one request.',
  version: '1.0.0',
  owner: '{ team: platform-experience }',
};

const bundle = (keys: string): string =>
  withKeys(
    {
      schemaVersion: 'catalog/v1',
      kind: 'CatalogBundle',
      metadata: withKeys(BUNDLE_METADATA, ''),
      components: '- { id: database, catalogItem: database-postgresql-standard }\n',
      input: form(withKeys(formKeys(FIELDS), '')),
    },
    keys,
  );

export interface ExampleFile {
  readonly path: string;
  readonly text: string;
}

const ITEM_PATH = 'catalog/databases/example.yaml';
const BUNDLE_PATH = 'bundles/example.yaml';

/** The whole file that an example stands for. A first line `# some/path.yaml` says where the file lies. */
export const frameExample = (frame: Frame, snippet: string): ExampleFile => {
  const path = /^# (\S+\.yaml)\n/.exec(snippet)?.[1];
  const place = (text: string, usual: string): ExampleFile => ({ text, path: path ?? usual });
  switch (frame) {
    case 'file':
      return place(snippet, ITEM_PATH);
    case 'metadata':
      return place(item({ metadata: withKeys(METADATA, snippet) }), ITEM_PATH);
    case 'whole-metadata':
      return place(item({ metadata: snippet }), ITEM_PATH);
    case 'form':
      return place(item({ form: withKeys(formKeys(FIELDS), snippet) }), ITEM_PATH);
    case 'fields':
      return place(item({ form: withKeys(formKeys(snippet), '') }), ITEM_PATH);
    case 'actions':
      return place(item({ actions: snippet }), ITEM_PATH);
    case 'item':
      return place(item({ keys: snippet }), ITEM_PATH);
    case 'bundle':
      return place(bundle(snippet), BUNDLE_PATH);
    default:
      return frame satisfies never;
  }
};

const neighbour = (id: string, category: string, parts: Parts = {}): ExampleFile => ({
  path: `catalog/${category}/${id}.yaml`,
  text: item({ ...parts, metadata: withKeys({ ...METADATA, id, category }, '') }),
});

const STORE = `- type: rest-api
  config:
    endpoint: { url: "https://platform.example.com/parameters", method: PUT }
    body: { type: json, contentTemplate: '{ "endpoint": "{{.output.endpoint}}", "port": "{{.metadata.database-postgresql-standard.defaultPort}}" }' }
`;

/** The catalog that examples are part of. */
export const NEIGHBOURS: readonly ExampleFile[] = [
  neighbour('database-postgresql-standard', 'databases'),
  neighbour('database-mysql-standard', 'databases'),
  neighbour('security-parameterstore-standard', 'security', { actions: STORE }),
  neighbour('database-mysql-legacy', 'databases', {
    keys: 'deprecation: { since: 1.0.0, replacedBy: database-postgresql-standard }\n',
  }),
  neighbour('database-oracle-broken', 'databases', { keys: 'fulfillment: {}\n' }),
  {
    path: 'bundles/webapp.yaml',
    text: bundle('').replace('bundle-webapp-example', 'bundle-webapp-standard'),
  },
];
