import { z } from 'zod';

const name = z.string().max(500);

const choice = z.object({ name: name.optional(), value: name.optional() }).transform((one) => one.name ?? one.value);

const field = z
  .object({
    fieldId: name.optional(),
    key: name.optional(),
    name,
    required: z.boolean(),
    hasDefaultValue: z.boolean().default(false),
    allowedValues: z.array(z.unknown()).max(50_000).optional(),
    schema: z.object({ custom: name.optional() }).optional(),
  })
  .transform(({ fieldId, key, schema, allowedValues, ...rest }) => ({
    ...rest,
    id: fieldId ?? key ?? '',
    /** The kind of a custom field, by the plugin that brings it. */
    custom: schema?.custom,
    /** Names that may be chosen, where they all have one. */
    choices: allowedValues?.flatMap((value) => choice.safeParse(value).data ?? []),
  }));

/** Cloud calls the list by what is in it, Data Center `values`. */
export const issueTypesShape = z
  .object({
    issueTypes: z.array(z.object({ id: name, name })).optional(),
    values: z.array(z.object({ id: name, name })).optional(),
  })
  .transform(({ issueTypes, values }) => issueTypes ?? values ?? []);

export const createFieldsShape = z
  .object({ fields: z.array(field).optional(), values: z.array(field).optional() })
  .transform(({ fields, values }) => fields ?? values ?? []);

export type IssueType = z.output<typeof issueTypesShape>[number];

/** A field of the form that a new issue of one type has. */
export type CreateField = z.output<typeof createFieldsShape>[number];

export const usersShape = z
  .array(
    z.object({
      accountId: name.optional(),
      name: name.optional(),
      emailAddress: name.optional(),
      active: z.boolean().default(true),
    }),
  )
  .max(1_000);

export type JiraUser = z.output<typeof usersShape>[number];
