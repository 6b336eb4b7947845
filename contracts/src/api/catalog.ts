import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { documentIdSchema, pageQuery } from './common.ts';

export const catalogKindSchema = z.enum(['CatalogItem', 'CatalogBundle']);

export const catalogEntrySchema = z.object({
  id: documentIdSchema,
  kind: catalogKindSchema,
  name: z.string(),
  description: z.string(),
  version: z.string(),
  category: z.string(),
  owner: z.object({ team: z.string(), contact: z.string().optional() }).nullable(),
  mode: z
    .enum(['manual', 'automatic'])
    .nullable()
    .meta({ description: 'Null for a bundle: each component has its own.' }),
  tags: z.array(z.string()),
  hash: z.string(),
  publishedAt: timestampSchema,
});

export type CatalogEntry = z.infer<typeof catalogEntrySchema>;

const byId = z.strictObject({ id: documentIdSchema });

const fieldsQuery = z.string().max(500).optional().meta({
  description: 'Comma-separated names of the members to answer; all when absent.',
  example: 'id,name,version',
});

export const listCatalog = defineOperation({
  id: 'listCatalog',
  service: 'catalog',
  method: 'GET',
  path: '/catalog',
  tag: 'catalog',
  summary: 'Browse what can be requested',
  query: z.strictObject({
    ...pageQuery,
    kind: catalogKindSchema.optional(),
    category: z.string().max(100).optional(),
    owner: z.string().max(100).optional(),
    mode: z.enum(['manual', 'automatic']).optional(),
    tag: z.string().max(100).optional(),
    q: z.string().max(200).optional().meta({ description: 'Words that must occur in id, name or description.' }),
    sort: z.enum(['id', 'name', '-publishedAt']).default('id'),
    fields: fieldsQuery,
  }),
  data: z.array(catalogEntrySchema),
  paginated: true,
});

export const catalogCategorySchema = z.object({
  id: z.string(),
  documents: z.int().meta({ description: 'How many are offered.' }),
  owners: z
    .array(z.string())
    .meta({ description: "Teams, users or e-mail addresses that CODEOWNERS names for the category's folder." }),
});

export const listCatalogCategories = defineOperation({
  id: 'listCatalogCategories',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/categories',
  tag: 'catalog',
  summary: 'The categories of what can be requested, and who owns them',
  data: z.array(catalogCategorySchema),
});

export const getCatalogItem = defineOperation({
  id: 'getCatalogItem',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}',
  aliases: ['/catalog/items/{id}'],
  tag: 'catalog',
  summary: 'One item or bundle with its whole document',
  params: byId,
  data: catalogEntrySchema.extend({ commit: z.string(), document: jsonObjectSchema }),
});

export const getCatalogForm = defineOperation({
  id: 'getCatalogForm',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}/form',
  aliases: ['/catalog/items/{id}/schema'],
  tag: 'catalog',
  summary: 'The form of an item or bundle: JSON Schema, UI schema and field list',
  params: byId,
  data: z.object({
    id: documentIdSchema,
    version: z.string(),
    schema: jsonObjectSchema,
    uiSchema: jsonObjectSchema,
    fields: z.array(jsonObjectSchema),
  }),
});

export const getCatalogDocs = defineOperation({
  id: 'getCatalogDocs',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}/docs',
  tag: 'catalog',
  summary: 'Documentation of an item or bundle: its form, what happens, approvals, examples; as Markdown and as data',
  params: byId,
  data: z.object({
    id: documentIdSchema,
    version: z.string(),
    markdown: z.string(),
    description: jsonObjectSchema.meta({
      description: 'The same as data: fields, steps in words, components, policy, cost, examples.',
    }),
  }),
});

const revisionSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const catalogVersionSchema = z.object({
  revision: z.int().meta({ description: 'Rises with every publication and retirement of any document.' }),
  version: z.string(),
  hash: z.string(),
  commit: z.string(),
  publishedAt: timestampSchema,
  state: z
    .enum(['offered', 'replaced', 'retired'])
    .meta({ description: '`retired`: the last version of a document that is no longer offered.' }),
});

export type CatalogVersion = z.infer<typeof catalogVersionSchema>;

export const listCatalogVersions = defineOperation({
  id: 'listCatalogVersions',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}/versions',
  tag: 'catalog',
  summary: 'The last ten versions of an item or bundle, newest first, also of a retired one',
  params: byId,
  data: z.array(catalogVersionSchema),
});

export const getCatalogVersion = defineOperation({
  id: 'getCatalogVersion',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}/versions/{revision}',
  tag: 'catalog',
  summary: 'One version with its whole document',
  params: byId.extend({ revision: revisionSchema }),
  data: catalogVersionSchema.extend({ id: documentIdSchema, document: jsonObjectSchema }),
});

export const diffCatalogVersions = defineOperation({
  id: 'diffCatalogVersions',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/{id}/diff',
  tag: 'catalog',
  summary: 'What differs between two kept versions, and whether the version number has risen far enough',
  params: byId,
  query: z.strictObject({
    from: revisionSchema.optional().meta({ description: 'A revision; the one before `to` when absent.' }),
    to: revisionSchema.optional().meta({ description: 'A revision; the newest when absent.' }),
  }),
  data: z.object({
    from: catalogVersionSchema,
    to: catalogVersionSchema,
    changes: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Entries of lists that have an id are named by it.' }),
          kind: z.enum(['added', 'removed', 'changed']),
          before: z.json(),
          after: z.json(),
        }),
      )
      .meta({ description: 'At most five hundred.' }),
    form: z.array(
      z.object({
        field: z.string(),
        breaking: z.boolean().meta({ description: 'An input that was accepted before may be refused now.' }),
        message: z.string(),
      }),
    ),
    breaking: z.boolean(),
    needs: z
      .enum(['none', 'patch', 'minor', 'major'])
      .meta({ description: 'By which part the version must rise at least.' }),
    versionRight: z.boolean(),
  }),
});

export const catalogFindingSchema = z.object({
  path: z.string(),
  line: z.int(),
  column: z.int(),
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

export const webhookDeliverySchema = z.object({
  id: z.string(),
  event: z.string(),
  outcome: z.enum(['pong', 'accepted', 'ignored']),
  receivedAt: timestampSchema,
});

export const catalogSyncSchema = z.object({
  state: z.enum(['never', 'running', 'succeeded', 'failed']),
  source: z.string().meta({ description: 'The folder or repository, without credentials.' }),
  branch: z.string().nullable().default(null).meta({ description: 'Null for a folder, and before the first sync.' }),
  commit: z.string().nullable(),
  forcePushed: z
    .object({ commit: z.string(), at: timestampSchema })
    .nullable()
    .default(null)
    .meta({ description: 'The last time that the branch did not continue the commit read before it.' }),
  revision: z.int(),
  documents: z.int(),
  startedAt: timestampSchema.nullable(),
  completedAt: timestampSchema.nullable(),
  failure: z
    .string()
    .nullable()
    .meta({ description: 'Why the source could not be read at all; the catalog before it still serves.' }),
  findings: z
    .array(catalogFindingSchema)
    .meta({ description: 'Errors keep a document from being published; warnings do not.' }),
  deliveries: z
    .array(webhookDeliverySchema)
    .default([])
    .meta({ description: 'The last ten webhook deliveries, newest first.' }),
});

export type CatalogSync = z.infer<typeof catalogSyncSchema>;

export const getCatalogSync = defineOperation({
  id: 'getCatalogSync',
  service: 'catalog',
  method: 'GET',
  path: '/catalog/sync',
  tag: 'catalog',
  summary: 'What the last sync did, with every finding in the documents',
  data: catalogSyncSchema,
});

export const refreshCatalog = defineOperation({
  id: 'refreshCatalog',
  service: 'catalog',
  method: 'POST',
  path: '/catalog/refresh',
  tag: 'catalog',
  summary: 'Read the catalog source again, now',
  data: catalogSyncSchema,
});
