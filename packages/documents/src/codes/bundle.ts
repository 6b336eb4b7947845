import { error, warning } from './entry.ts';

const DATABASE = 'id: database, catalogItem: database-postgresql-standard';
const STORE = 'id: secrets, catalogItem: security-parameterstore-standard';
const components = (...entries: readonly string[]): string =>
  `components:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;
const asks = (field: string): string =>
  `input:\n  form:\n    name: Name\n    validation: { pattern: "^[a-z]+$" }\n    groups: [{ id: basic, name: Basics, fields: [{ ${field} }] }]\n`;

export const bundleCodes = {
  COMPONENT_ID_NOT_KEBAB_CASE: error({
    summary: 'The id of a component is lower-case words joined by hyphens.',
    frame: 'bundle',
    bad: components('id: ordersDb, catalogItem: database-postgresql-standard'),
    good: components('id: orders-db, catalogItem: database-postgresql-standard'),
  }),
  COMPONENT_ID_NOT_UNIQUE: error({
    summary: 'Two components have the same id.',
    frame: 'bundle',
    bad: components(DATABASE, DATABASE),
    good: components(DATABASE, 'id: replica, catalogItem: database-postgresql-standard'),
  }),
  COMPONENT_ITEM_UNKNOWN: error({
    summary: 'The catalog has no such item.',
    frame: 'bundle',
    bad: components('id: database, catalogItem: database-postgres-standard'),
    good: components(DATABASE),
  }),
  COMPONENT_ITEM_INVALID: warning({
    summary: 'The item has errors of its own. Its last good version goes on serving.',
    frame: 'bundle',
    bad: components('id: database, catalogItem: database-oracle-broken'),
    good: components(DATABASE),
  }),
  COMPONENT_ITEM_DEPRECATED: warning({
    summary: 'The item is deprecated.',
    frame: 'bundle',
    bad: components('id: database, catalogItem: database-mysql-legacy'),
    good: components(DATABASE),
  }),
  COMPONENT_DEPENDS_UNKNOWN: error({
    summary: '`dependsOn` names a component that the bundle does not have.',
    frame: 'bundle',
    bad: components(DATABASE, `${STORE}, dependsOn: [databse]`),
    good: components(DATABASE, `${STORE}, dependsOn: [database]`),
  }),
  COMPONENT_CYCLE: error({
    summary: 'Components depend on each other in a circle. The message names the way round.',
    frame: 'bundle',
    bad: components(`${DATABASE}, dependsOn: [secrets]`, `${STORE}, dependsOn: [database]`),
    good: components(DATABASE, `${STORE}, dependsOn: [database]`),
  }),
  COMPONENT_INPUT_UNKNOWN: error({
    summary: 'A component is given a field that its item does not have.',
    frame: 'bundle',
    bad: components(`${DATABASE}, input: { basic: { storage: 100 } }`),
    good: components(`${DATABASE}, input: { basic: { storageGb: 100 } }`),
  }),
  COMPONENT_INPUT_INVALID: error({
    summary: 'A component is given a value that its item does not accept.',
    frame: 'bundle',
    bad: components(`${DATABASE}, input: { basic: { storageGb: 5000 } }`),
    good: components(`${DATABASE}, input: { basic: { storageGb: 100 } }`),
  }),
  COMPONENT_PASSWORD_EXPOSED: error({
    summary:
      'A password of a component is a constant of the document, or comes from a field that is no password: either would be stored and shown as it is.',
    frame: 'bundle',
    bad: components(`${DATABASE}, input: { basic: { adminPassword: "{{.current.name}}-secret" } }`),
    good: components(`${DATABASE}, input: { basic: { adminPassword: "{{.current.basic.adminPassword}}" } }`),
  }),
  COMPONENT_FIELD_NOT_ASKED: error({
    summary:
      'An item needs a field that the bundle neither asks nor supplies. It is a warning when the bundle asks it, but lets people leave it empty.',
    frame: 'bundle',
    bad: asks('id: size, name: Size, type: string'),
    good: asks('id: environment, name: Environment, type: select, required: true, enum: [dev, prod]'),
  }),
  MAPPING_INVALID: error({
    summary: 'A component’s input maps something else than a field of the bundle’s form.',
    frame: 'bundle',
    bad: components(`${DATABASE}, input: { name: "{{.current.nam}}-db" }`),
    good: components(`${DATABASE}, input: { name: "{{.current.name}}-db" }`),
  }),
  BUNDLE_OUTPUT_UNKNOWN: error({
    summary:
      'A component reads an output that no component before it offers. In parallel orchestration, before means a dependency.',
    frame: 'bundle',
    bad: components(STORE, `${DATABASE}, dependsOn: [secrets]`),
    good: components(DATABASE, `${STORE}, dependsOn: [database]`),
  }),
  BUNDLE_METADATA_UNKNOWN: error({
    summary: 'A component reads constants of an item that is not part of the bundle.',
    frame: 'bundle',
    bad: components('id: database, catalogItem: database-mysql-standard', `${STORE}, dependsOn: [database]`),
    good: components(DATABASE, `${STORE}, dependsOn: [database]`),
  }),
} as const;
