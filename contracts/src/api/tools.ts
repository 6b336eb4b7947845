import { z } from 'zod';
import { jsonObjectSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { catalogFindingSchema, catalogKindSchema } from './catalog.ts';
import { documentIdSchema } from './common.ts';

/** A document holds 256 KiB of UTF-8; who counts is the validator, which says so with a place. */
const documentTextSchema = z.string().max(524_288);

const pathSchema = z
  .string()
  .min(1)
  .max(300)
  .meta({ description: 'From the root of the catalog repository.', example: 'catalog/databases/redis.yaml' });

/** A document that is not in the catalog yet, or one that is. */
const oneDocument = {
  text: documentTextSchema.optional().meta({ description: 'The YAML of a document. Either this or `id`.' }),
  path: pathSchema.optional().meta({ description: 'Where the text would stand; findings name it.' }),
  id: documentIdSchema.optional().meta({ description: 'An item or bundle that the catalog offers.' }),
};

const hasOne = ({ text, id }: { readonly text?: string | undefined; readonly id?: string | undefined }): boolean =>
  (text === undefined) !== (id === undefined);

const ONE = { error: 'give either text or id', path: ['text'] };

export const toolFindingSchema = catalogFindingSchema.extend({
  endLine: z.int().optional(),
  endColumn: z.int().optional(),
  pointer: z.string().optional().meta({ description: 'JSON Pointer of the value.' }),
});

export const validateDocuments = defineOperation({
  id: 'validateDocuments',
  service: 'catalog',
  method: 'POST',
  path: '/tools/validate',
  aliases: ['/validate/catalog-item'],
  tag: 'tools',
  summary: 'Check documents as a sync would, each with the place of every finding',
  body: z.strictObject({
    files: z
      .array(z.strictObject({ path: pathSchema, text: documentTextSchema }))
      .min(1)
      .max(100)
      .meta({ description: 'Judged together, and among the documents that the catalog offers.' }),
    strict: z.boolean().default(false).meta({ description: 'Unknown action types are errors, and warnings fail.' }),
  }),
  data: z.object({ valid: z.boolean(), documents: z.int(), findings: z.array(toolFindingSchema) }),
});

export const previewForm = defineOperation({
  id: 'previewForm',
  service: 'catalog',
  method: 'POST',
  path: '/tools/preview',
  aliases: ['/preview/form'],
  tag: 'tools',
  summary: 'The form that a document would have',
  body: z.strictObject(oneDocument).refine(hasOne, ONE),
  data: z.object({
    id: documentIdSchema,
    kind: catalogKindSchema,
    name: z.string(),
    version: z.string(),
    schema: jsonObjectSchema,
    uiSchema: jsonObjectSchema,
    fields: z.array(jsonObjectSchema),
    findings: z.array(toolFindingSchema).meta({ description: 'Warnings; with an error there is no form.' }),
  }),
});

const tracedVariableSchema = z.object({
  place: z.string().meta({ description: 'JSON Pointer into the configuration of the action.' }),
  path: z.string().meta({ example: '.current.basic.storageGb' }),
  namespace: z.enum(['current', 'output', 'metadata', 'system']),
  value: z.json().meta({ description: 'Before any function; covered when secret, null when left empty.' }),
  error: z.string().optional(),
});

const rehearsedStepSchema = z.object({
  id: z.string().meta({ description: "The action's id; in a bundle `<component>.<action id>`." }),
  component: z.string().nullable(),
  item: documentIdSchema,
  name: z.string(),
  type: z.string(),
  executor: z.string(),
  after: z.array(z.string()),
  runs: z.boolean().meta({ description: 'False when its `when` does not hold.' }),
  payload: jsonObjectSchema.nullable().meta({ description: 'Its configuration with every variable filled in.' }),
  faults: z.array(z.object({ code: z.string(), message: z.string(), pointer: z.string(), offset: z.int() })),
  variables: z.array(tracedVariableSchema),
  outputs: z.object({
    values: jsonObjectSchema,
    from: z
      .enum(['result', 'sample'])
      .meta({ description: '`sample`: no result was given, so these are placeholders.' }),
    failed: z.array(z.string()),
  }),
});

export const testVariables = defineOperation({
  id: 'testVariables',
  service: 'catalog',
  method: 'POST',
  path: '/tools/test-variables',
  aliases: ['/test/variables'],
  tag: 'tools',
  summary: 'Render every action of a document for an input, and tell where each value came from; nothing is sent',
  body: z
    .strictObject({
      ...oneDocument,
      input: z.json().meta({ description: 'The values of the form.' }),
      mode: z.enum(['manual', 'automatic']).optional(),
      system: jsonObjectSchema.optional().meta({ description: 'Replaces members of the sample `.system`.' }),
      results: z
        .record(z.string().max(200), z.json())
        .optional()
        .meta({ description: 'What the world answers to an action, by step id.' }),
    })
    .refine(hasOne, ONE),
  data: z.object({ name: z.string(), input: jsonObjectSchema, steps: z.array(rehearsedStepSchema) }),
});
