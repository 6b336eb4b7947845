import { error, yaml } from './entry.ts';

const OK = yaml`
  schemaVersion: catalog/v1
  kind: CatalogItem
  metadata:
    id: database-redis-small
    name: Redis cache
    description: A small managed Redis cache for one application, reachable from its namespace.
    version: 1.0.0
    category: databases
    owner: { team: platform-databases }
  input:
    form: { name: Cache name, validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" } }
  fulfillment:
    strategy: { mode: manual }
    manual:
      actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
`;

/** What makes a file unreadable. Such a file has exactly one finding. */
export const fileCodes = {
  FILE_TOO_LARGE: error({
    summary: 'The file is larger than 256 KiB.',
    frame: 'file',
    bad: `# ${'x'.repeat(256 * 1024)}\n`,
    good: OK,
  }),
  FILE_EMPTY: error({
    summary: 'The file holds no document, or only comments.',
    frame: 'file',
    bad: '# to be written\n',
    good: OK,
  }),
  FILE_BYTE_ORDER_MARK: error({
    summary: 'The file starts with a byte-order mark. Files are UTF-8 without one.',
    frame: 'file',
    bad: `\ufeff${OK}`,
    good: OK,
  }),
  FILE_CONTROL_CHARACTER: error({
    summary:
      'The file holds a character that has no place in a text: NUL, another control character, or half a surrogate pair.',
    frame: 'file',
    bad: 'kind: "Catalog\u0000Item"\n',
    good: OK,
  }),
  FILE_TOO_DEEP: error({
    summary: 'Lists and mappings are nested more than 64 deep.',
    frame: 'file',
    bad: `metadata: ${'['.repeat(70)}${']'.repeat(70)}\n`,
    good: OK,
  }),
  FILE_TOO_COMPLEX: error({
    summary:
      'The file has more than 20,000 YAML tokens, or 20,000 values once its aliases are expanded. Long texts do not count.',
    frame: 'file',
    bad: `metadata: [${'a, '.repeat(10_000)}a]\n`,
    good: OK,
  }),
  YAML_SYNTAX: error({
    summary: 'The text is not YAML 1.2.',
    frame: 'metadata',
    bad: 'name: PostgreSQL: the database\n',
    good: 'name: "PostgreSQL: the database"\n',
  }),
  YAML_TAB: error({
    summary: 'A tab is used to indent. YAML indents with spaces.',
    frame: 'file',
    bad: 'metadata:\n\tid: database-redis-small\n',
    good: OK,
  }),
  YAML_TAG: error({
    summary: 'A value has a tag of its own. Values have the types of JSON and nothing else.',
    frame: 'metadata',
    bad: 'defaultPort: !port 5432\n',
    good: 'defaultPort: 5432\n',
  }),
  YAML_DIRECTIVE: error({
    summary: 'A directive other than `%YAML 1.2` would change how the text is read.',
    frame: 'file',
    bad: '%YAML 1.1\n---\nkind: CatalogItem\n',
    good: `%YAML 1.2\n---\n${OK}`,
  }),
  YAML_SEVERAL_DOCUMENTS: error({
    summary: 'A file holds one document.',
    frame: 'file',
    bad: `${OK}---\n${OK}`,
    good: OK,
  }),
  YAML_DUPLICATE_KEY: error({
    summary: 'A key is given twice in one mapping; which of them counts would be anybody’s guess.',
    frame: 'metadata',
    bad: 'defaultPort: "5432"\nregion: eu-central-1\ndefaultPort: "5433"\n',
    good: 'defaultPort: "5432"\nregion: eu-central-1\nreplicaPort: "5433"\n',
  }),
  YAML_KEY_NOT_STRING: error({
    summary: 'A key is a number, a boolean, null or a collection.',
    frame: 'metadata',
    bad: 'ports: { 5432: primary }\n',
    good: 'ports: { "5432": primary }\n',
  }),
  YAML_KEY_FORBIDDEN: error({
    summary: '`__proto__`, `constructor` and `prototype` are not accepted as keys.',
    frame: 'metadata',
    bad: 'settings: { __proto__: { admin: true } }\n',
    good: 'settings: { admin: true }\n',
  }),
  YAML_MERGE_KEY: error({
    summary: 'Merge keys belong to YAML 1.1.',
    frame: 'metadata',
    bad: 'common: &common { region: eu-central-1 }\nprimary: { <<: *common, zone: a }\n',
    good: 'primary: { region: eu-central-1, zone: a }\n',
  }),
  YAML_TOO_MANY_ALIASES: error({
    summary: 'Aliases expand more than 100 times, there are more than 100 anchors or aliases, or one contains itself.',
    frame: 'metadata',
    bad: 'zones: &zones [a, *zones]\n',
    good: 'zones: &zones [a, b]\nreplicaZones: *zones\n',
  }),
  YAML_ALIAS_UNKNOWN: error({
    summary: 'An alias names an anchor that does not stand before it.',
    frame: 'metadata',
    bad: 'replicaZones: *zones\n',
    good: 'zones: &zones [a, b]\nreplicaZones: *zones\n',
  }),
  NUMBER_NOT_EXACT: error({
    summary: 'A whole number is too large to be kept exactly.',
    frame: 'metadata',
    bad: 'accountId: 9007199254740993\n',
    good: 'accountId: "9007199254740993"\n',
  }),
  NUMBER_NOT_FINITE: error({
    summary: 'A number is infinite, not a number, or beyond what JSON can hold.',
    frame: 'metadata',
    bad: 'limit: .inf\n',
    good: 'limit: unlimited\n',
  }),
  NUMBER_LEADING_ZERO: error({
    summary: 'A number starts with a zero that would be lost.',
    frame: 'metadata',
    bad: 'costCenter: 0815\n',
    good: 'costCenter: "0815"\n',
  }),
} as const;
