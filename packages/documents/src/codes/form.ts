import { error, yaml } from './entry.ts';

const field = (rest: string): string => `- { id: instanceClass, name: Instance class, ${rest} }\n`;
const afterEnvironment = (conditional: string): string =>
  `- { id: environment, name: Environment, type: select, enum: [dev, prod] }\n` +
  `- { id: zone, name: Zone, type: string, conditional: { ${conditional} } }\n`;

export const formCodes = {
  NAME_PATTERN_MISSING: error({
    summary: 'Every document asks for `name`, and says with a pattern which names its systems accept.',
    frame: 'form',
    bad: 'validation: { maxLength: 30 }\n',
    good: 'validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }\n',
  }),
  GROUP_ID_NOT_CAMEL_CASE: error({
    summary: 'The id of a group is camelCase.',
    frame: 'form',
    bad: 'groups: [{ id: network-settings, name: Network, fields: [] }]\n',
    good: 'groups: [{ id: networkSettings, name: Network, fields: [] }]\n',
  }),
  GROUP_ID_NOT_UNIQUE: error({
    summary: 'Two groups have the same id.',
    frame: 'form',
    bad: yaml`
      groups:
        - { id: basic, name: Basics, fields: [{ id: zone, name: Zone, type: string }] }
        - { id: basic, name: Backup, fields: [{ id: days, name: Days, type: number }] }
    `,
    good: yaml`
      groups:
        - { id: basic, name: Basics, fields: [{ id: zone, name: Zone, type: string }] }
        - { id: backup, name: Backup, fields: [{ id: days, name: Days, type: number }] }
    `,
  }),
  ID_RESERVED: error({
    summary:
      'A group cannot be called `name`, since that is the field every document has; a few names have a meaning in programs.',
    frame: 'form',
    bad: 'groups: [{ id: name, name: Naming, fields: [{ id: prefix, name: Prefix, type: string }] }]\n',
    good: 'groups: [{ id: naming, name: Naming, fields: [{ id: prefix, name: Prefix, type: string }] }]\n',
  }),
  FIELD_ID_NOT_CAMEL_CASE: error({
    summary: 'The id of a field is camelCase.',
    frame: 'fields',
    bad: '- { id: storage_gb, name: Storage, type: number }\n',
    good: '- { id: storageGb, name: Storage, type: number }\n',
  }),
  FIELD_ID_NOT_UNIQUE: error({
    summary: 'Two fields of a group have the same id.',
    frame: 'fields',
    bad: '- { id: zone, name: Zone, type: string }\n- { id: zone, name: Second zone, type: string }\n',
    good: '- { id: zone, name: Zone, type: string }\n- { id: secondZone, name: Second zone, type: string }\n',
  }),
  FIELD_TYPE_UNKNOWN: error({
    summary:
      'There are ten field types: string, textarea, number, boolean, select, multiselect, date, email, password, file.',
    frame: 'fields',
    bad: field('type: text'),
    good: field('type: string'),
  }),
  FIELD_ENUM_MISSING: error({
    summary: 'A select has nothing to choose from.',
    frame: 'fields',
    bad: field('type: select'),
    good: field('type: select, enum: [small, large]'),
  }),
  FIELD_ENUM_NOT_ALLOWED: error({
    summary: 'Only select and multiselect have an `enum`.',
    frame: 'fields',
    bad: field('type: string, enum: [small, large]'),
    good: field('type: select, enum: [small, large]'),
  }),
  ENUM_VALUE_REPEATED: error({
    summary: 'A choice is offered twice.',
    frame: 'fields',
    bad: field('type: select, enum: [small, large, small]'),
    good: field('type: select, enum: [small, large]'),
  }),
  ENUM_VALUE_TYPE: error({
    summary: 'Choices are of different types, as a rule because quotes are missing.',
    frame: 'fields',
    bad: field('type: select, enum: [small, 2]'),
    good: field('type: select, enum: [small, "2"]'),
  }),
  VALIDATION_KEY_NOT_ALLOWED: error({
    summary: 'A validation key does not go with the type of the field.',
    frame: 'fields',
    bad: field('type: string, validation: { max: 10 }'),
    good: field('type: string, validation: { maxLength: 10 }'),
  }),
  RANGE_EMPTY: error({
    summary: 'No value can satisfy both limits.',
    frame: 'fields',
    bad: field('type: number, validation: { min: 100, max: 10 }'),
    good: field('type: number, validation: { min: 10, max: 100 }'),
  }),
  FILE_SIZE_TOO_LARGE: error({
    summary: 'A file of that size does not fit into a request.',
    frame: 'fields',
    bad: field('type: file, validation: { maxSize: 5MB }'),
    good: field('type: file, validation: { maxSize: 500KB }'),
  }),
  PATTERN_INVALID: error({
    summary:
      'The pattern is not RE2: it is broken, or uses look-around or back-references, which cannot run in linear time.',
    frame: 'fields',
    bad: field('type: string, validation: { pattern: "^(?!db).*$" }'),
    good: field('type: string, validation: { pattern: "^[a-z]+$" }'),
  }),
  DEFAULT_INVALID: error({
    summary: 'The field would not accept its own default.',
    frame: 'fields',
    bad: field('type: select, enum: [small, large], default: medium'),
    good: field('type: select, enum: [small, large], default: small'),
  }),
  DEFAULT_OF_SECRET: error({
    summary: 'A password has a default, which everybody could read.',
    frame: 'fields',
    bad: '- { id: adminPassword, name: Password, type: password, default: changeme }\n',
    good: '- { id: adminPassword, name: Password, type: password, required: true }\n',
  }),
  CONDITIONAL_FIELD_UNKNOWN: error({
    summary: '`dependsOn` names no field, or one that several groups have.',
    frame: 'fields',
    bad: afterEnvironment('dependsOn: enviroment, condition: equals, value: prod'),
    good: afterEnvironment('dependsOn: environment, condition: equals, value: prod'),
  }),
  CONDITIONAL_VALUE_INVALID: error({
    summary: 'The field it depends on can never have that value, or the condition needs a list, or one value.',
    frame: 'fields',
    bad: afterEnvironment('dependsOn: environment, condition: equals, value: production'),
    good: afterEnvironment('dependsOn: environment, condition: in, value: [prod]'),
  }),
  CONDITIONAL_CYCLE: error({
    summary: 'Fields depend on each other in a circle.',
    frame: 'fields',
    bad: yaml`
      - { id: zone, name: Zone, type: string, conditional: { dependsOn: region, condition: exists } }
      - { id: region, name: Region, type: string, conditional: { dependsOn: zone, condition: exists } }
    `,
    good: yaml`
      - { id: zone, name: Zone, type: string, conditional: { dependsOn: region, condition: exists } }
      - { id: region, name: Region, type: string }
    `,
  }),
  INPUT_TEMPLATED: error({
    summary: 'The input section is constant. Variables are not filled in.',
    frame: 'fields',
    bad: field('type: string, placeholder: "{{.system.user.name}}"'),
    good: field('type: string, placeholder: db.t3.small'),
  }),
  EXAMPLE_INVALID: error({
    summary: 'The form would not accept the example.',
    frame: 'item',
    bad: 'examples: [{ name: small, input: { name: orders-db, basic: { environment: test } } }]\n',
    good: 'examples: [{ name: small, input: { name: orders-db, basic: { environment: dev } } }]\n',
  }),
  EXAMPLE_NAME_NOT_UNIQUE: error({
    summary: 'Two examples have the same name.',
    frame: 'item',
    bad: yaml`
      examples:
        - { name: small, input: { name: orders-db, basic: { environment: dev } } }
        - { name: small, input: { name: orders-db, basic: { environment: prod } } }
    `,
    good: yaml`
      examples:
        - { name: small, input: { name: orders-db, basic: { environment: dev } } }
        - { name: large, input: { name: orders-db, basic: { environment: prod } } }
    `,
  }),
} as const;
