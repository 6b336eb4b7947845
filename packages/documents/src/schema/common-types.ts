import { actionDefinitions } from './actions.ts';
import { fieldDefinitions } from './fields.ts';
import { closed, common, type JsonSchema, listOf, SCHEMA_IDS, text } from './json-schema.ts';
import { CAMEL_CASE, coded, nameDefinitions } from './names.ts';

const owner = closed(['team'], { team: text(), contact: text() });

const approval = closed(['id', 'approvers'], {
  id: common('kebabCase'),
  when: common('expression'),
  approvers: closed(
    [],
    {
      teams: listOf(text(), { minItems: 1, uniqueItems: true }),
      users: listOf(text(), { minItems: 1, uniqueItems: true }),
    },
    { minProperties: 1 },
  ),
  minimum: { type: 'integer', minimum: 1, maximum: 20 },
  expiresAfter: common('duration'),
  remindAfter: common('duration'),
});

const policy = closed([], {
  visibility: closed(['teams'], { teams: listOf(text(), { minItems: 1 }) }),
  environments: listOf(common('kebabCase'), { minItems: 1, uniqueItems: true }),
  quota: closed(['per', 'max'], {
    per: { enum: ['team', 'user', 'tenant'] },
    max: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
    resource: common('kebabCase'),
  }),
});

const deprecation = closed(['since'], {
  since: common('semver'),
  replacedBy: common('kebabCase'),
  message: text(),
});

const example = closed(['name', 'input'], { name: text(), input: { type: 'object' } });

/** The keys of `metadata` that mean something; any other is a constant of the document. */
const metadataProperties: { readonly [name: string]: JsonSchema } = {
  id: coded('kebabCase', 'ID_NOT_KEBAB_CASE'),
  name: text(),
  description: text(),
  version: coded('semver', 'VERSION_NOT_SEMVER'),
  category: common('kebabCase'),
  owner: common('owner'),
  tags: listOf(text(), { uniqueItems: true }),
};

export const metadata = (required: readonly string[]): JsonSchema => ({
  type: 'object',
  required: [...required],
  properties: metadataProperties,
  propertyNames: { pattern: CAMEL_CASE, 'x-code': 'METADATA_KEY_NOT_CAMEL_CASE' },
  description: 'Further keys are constants, read as {{.metadata.<id>.<key>}}.',
});

export const commonTypes: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: SCHEMA_IDS.common,
  title: 'What catalog items and bundles share, catalog/v1',
  $defs: {
    ...nameDefinitions,
    owner,
    approval,
    policy,
    deprecation,
    example,
    ...fieldDefinitions,
    ...actionDefinitions,
  },
};
