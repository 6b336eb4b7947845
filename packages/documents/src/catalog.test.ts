import test from 'ava';
import { frameExample, NEIGHBOURS } from './codes/frames.ts';
import { formatFinding, parseDocument, validateCatalog } from './index.ts';

const bundle = (snippet: string) => frameExample('bundle', snippet);
const findings = (...files: readonly { path: string; text: string }[]): readonly string[] =>
  validateCatalog([...files, ...NEIGHBOURS])
    .findings.filter(({ path }) => files.some((file) => file.path === path))
    .map(formatFinding);

test('a catalog is its documents without an error, each with its file', (t) => {
  const { documents } = validateCatalog(NEIGHBOURS);
  t.deepEqual(
    documents.map(({ path, document }) => [path, document.metadata.id]),
    [
      ['catalog/databases/database-postgresql-standard.yaml', 'database-postgresql-standard'],
      ['catalog/databases/database-mysql-standard.yaml', 'database-mysql-standard'],
      ['catalog/security/security-parameterstore-standard.yaml', 'security-parameterstore-standard'],
      ['catalog/databases/database-mysql-legacy.yaml', 'database-mysql-legacy'],
      ['bundles/webapp.yaml', 'bundle-webapp-standard'],
    ],
  );
});

test('of two documents with one id neither is taken, and each names the other', (t) => {
  const [first] = NEIGHBOURS;
  const copy = { path: 'catalog/databases/copy.yaml', text: first?.text ?? '' };
  const { documents, findings: all } = validateCatalog([...NEIGHBOURS, copy]);
  t.false(documents.some(({ document }) => document.metadata.id === 'database-postgresql-standard'));
  t.deepEqual(all.filter(({ code }) => code === 'ID_NOT_UNIQUE').map(formatFinding), [
    'catalog/databases/copy.yaml:4:7: error ID_NOT_UNIQUE The id `database-postgresql-standard` is also that of catalog/databases/database-postgresql-standard.yaml.',
    'catalog/databases/database-postgresql-standard.yaml:4:7: error ID_NOT_UNIQUE The id `database-postgresql-standard` is also that of catalog/databases/copy.yaml.',
  ]);
});

test('results that are at hand may take the place of files, with the same findings', (t) => {
  const files = [bundle('components: [{ id: database, catalogItem: database-postgres-standard }]\n'), ...NEIGHBOURS];
  const parsed = files.map(({ path, text }) => parseDocument(text, { path }));
  t.deepEqual(validateCatalog(parsed), validateCatalog(files));
});

test('strictness reaches every file', (t) => {
  const file = frameExample('actions', '- { type: reserve-address, config: {} }\n');
  const severities = (strict: boolean) => validateCatalog([file], { strict }).findings.map(({ severity }) => severity);
  t.deepEqual([severities(false), severities(true)], [['warning'], ['error']]);
});

test('a bundle that names an unknown item is told a near one', (t) => {
  t.deepEqual(findings(bundle('components: [{ id: database, catalogItem: database-postgresql-standrad }]\n')), [
    'bundles/example.yaml:21:43: error COMPONENT_ITEM_UNKNOWN There is no item `database-postgresql-standrad`. (did you mean `database-postgresql-standard`?)',
  ]);
});

test('bundles are not components', (t) => {
  const [finding = ''] = findings(bundle('components: [{ id: web, catalogItem: bundle-webapp-standard }]\n'));
  t.regex(finding, /COMPONENT_ITEM_UNKNOWN `bundle-webapp-standard` is a bundle; components are items\./);
});

test('a circle of three is reported once, where it can be cut', (t) => {
  const components = `components:
  - { id: a, catalogItem: database-postgresql-standard, dependsOn: [c] }
  - { id: b, catalogItem: database-mysql-standard, dependsOn: [a] }
  - { id: c, catalogItem: security-parameterstore-standard, dependsOn: [b] }
`;
  t.deepEqual(findings(bundle(components)), [
    'bundles/example.yaml:22:69: error COMPONENT_CYCLE The components depend on each other in a circle: a → c → b → a.',
  ]);
});

const PARALLEL = (dependsOn: string): string => `components:
  - { id: database, catalogItem: database-postgresql-standard }
  - { id: secrets, catalogItem: security-parameterstore-standard, dependsOn: [${dependsOn}] }
fulfillment: { orchestration: { mode: parallel } }
`;

test('in parallel, an output is there only when its component is a dependency', (t) => {
  t.deepEqual(findings(bundle(PARALLEL('database'))), []);
  const [finding = ''] = findings(bundle(PARALLEL('')));
  t.regex(finding, /BUNDLE_OUTPUT_UNKNOWN `rest-api-1` reads `\.output\.endpoint`, which nothing before it offers\./);
});

test('an example of a bundle must suit its components as well', (t) => {
  const example = `components: [{ id: database, catalogItem: database-postgresql-standard }]
input:
  form:
    name: Name
    validation: { pattern: "^[a-z]+$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: environment, name: Environment, type: select, required: true, enum: [dev, test] }
examples: [{ name: test, input: { name: orders, basic: { environment: test } } }]
`;
  t.deepEqual(findings(bundle(example)), [
    'bundles/example.yaml:19:33: error EXAMPLE_INVALID Component `database`: `basic.environment` must be one of dev, prod.',
  ]);
});

test('a field that the bundle lets people leave empty is pointed out', (t) => {
  const form = `input:
  form:
    name: Name
    validation: { pattern: "^[a-z]+$" }
    groups: [{ id: basic, name: Basics, fields: [{ id: environment, name: Environment, type: select, enum: [dev, prod] }] }]
`;
  const [finding = ''] = findings(bundle(form));
  t.regex(finding, /warning COMPONENT_FIELD_NOT_ASKED `database-postgresql-standard` needs `basic\.environment`/);
});

test('findings come sorted by file, line and column', (t) => {
  const { findings: all } = validateCatalog([
    { path: 'b.yaml', text: 'kind: CatalogItem\nx: 1\n' },
    { path: 'a.yaml', text: '' },
  ]);
  t.deepEqual(
    all.map(({ path, line, column }) => [path, line, column]),
    all
      .map(({ path, line, column }) => [path, line, column])
      .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : Number(a[1]) - Number(b[1]))),
  );
  t.is(all[0]?.path, 'a.yaml');
});
