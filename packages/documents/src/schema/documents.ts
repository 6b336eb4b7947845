import { metadata } from './common-types.ts';
import { closed, common, type JsonSchema, listOf, SCHEMA_IDS, text } from './json-schema.ts';
import { coded } from './names.ts';

const header = (kind: string): { readonly [name: string]: JsonSchema } => ({
  schemaVersion: { const: 'catalog/v1', 'x-code': 'SCHEMA_VERSION_UNKNOWN' },
  kind: { const: kind, 'x-code': 'KIND_UNKNOWN' },
});

const input = closed(['form'], { form: common('form') });
const actionList = closed(['actions'], { actions: common('actions') });
const approvals = listOf(common('approval'), { minItems: 1 });
const optional: { readonly [name: string]: JsonSchema } = {
  policy: common('policy'),
  deprecation: common('deprecation'),
  examples: listOf(common('example'), { minItems: 1 }),
};

const lifecycle = closed([], {
  resource: closed(['type'], { type: text(), idFrom: common('expression') }),
  observe: closed(
    ['type', 'config'],
    {
      type: common('kebabCase'),
      config: { type: 'object' },
      map: { type: 'object', additionalProperties: common('expression') },
      every: common('duration'),
    },
    { allOf: [common('configByType')] },
  ),
  update: actionList,
  decommission: actionList,
});

export const catalogItem: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: SCHEMA_IDS.item,
  title: 'Catalog item, catalog/v1',
  ...closed(['schemaVersion', 'kind', 'metadata', 'input', 'fulfillment'], {
    ...header('CatalogItem'),
    metadata: metadata(['id', 'name', 'description', 'version', 'category']),
    input,
    fulfillment: closed(['manual'], {
      strategy: closed(['mode'], { mode: { enum: ['manual', 'automatic'], 'x-code': 'MODE_UNKNOWN' } }),
      manual: actionList,
      automatic: actionList,
      approvals,
    }),
    cost: closed(['currency', 'monthly'], {
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
      monthly: { type: ['number', 'string'], minimum: 0, minLength: 1, maxLength: 1_000 },
    }),
    lifecycle,
    ...optional,
  }),
};

const component = closed(['id', 'catalogItem'], {
  id: coded('kebabCase', 'COMPONENT_ID_NOT_KEBAB_CASE'),
  catalogItem: common('kebabCase'),
  dependsOn: listOf(common('kebabCase'), { uniqueItems: true }),
  input: { type: 'object', description: 'Constants or {{.current.…}} mappings for fields the bundle does not ask.' },
});

export const catalogBundle: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: SCHEMA_IDS.bundle,
  title: 'Catalog bundle, catalog/v1',
  ...closed(['schemaVersion', 'kind', 'metadata', 'components', 'input'], {
    ...header('CatalogBundle'),
    metadata: metadata(['id', 'name', 'description', 'version']),
    components: listOf(component, { minItems: 1, maxItems: 100 }),
    input,
    fulfillment: closed([], {
      orchestration: closed([], {
        mode: { enum: ['sequential', 'parallel'] },
        jiraLinking: closed([], { linkType: text(), parentTicket: { type: 'boolean' } }),
      }),
      approvals,
    }),
    ...optional,
  }),
};
