import type { Json } from '@pao/kernel';
import type { CatalogDocument } from '../document.ts';
import { ifThen, type JsonSchema } from '../schema/json-schema.ts';
import { activeSchema } from './condition-schema.ts';
import { type FormDefinition, type FormField, formOf } from './definition.ts';
import { type FormFieldEntry, toEntry } from './field-list.ts';
import { fieldSchema } from './field-schema.ts';
import { uiSchemaOf } from './ui-schema.ts';

export interface FormSchema {
  /** JSON Schema 2020-12 of the input; it gives the same verdict as evaluateInput on input without empty values. */
  readonly schema: JsonSchema;
  /** React JSON Schema Form conventions. */
  readonly uiSchema: { readonly [key: string]: Json };
  readonly fields: readonly FormFieldEntry[];
}

const built = new WeakMap<FormDefinition, FormSchema>();

/** A document's form for whoever draws or checks it; built on first use. */
export const formSchema = (document: CatalogDocument): FormSchema => {
  const form = formOf(document);
  const known = built.get(form);
  if (known !== undefined) return known;
  const result = {
    schema: inputSchema(document, form),
    uiSchema: uiSchemaOf(form),
    fields: form.fields.map(toEntry),
  };
  built.set(form, result);
  return result;
};

const inputSchema = (document: CatalogDocument, form: FormDefinition): JsonSchema => {
  const conditions = form.fields.flatMap((field) => conditionalPart(form, field));
  const groups = form.groups.map((group) => {
    const fields = form.fields.filter((field) => field.group === group);
    return [group.id, groupSchema(group, fields)] as const;
  });
  const [name] = form.fields;
  const required = ['name', ...groups.filter(([, schema]) => 'required' in schema).map(([id]) => id)];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: document.metadata.name,
    description: document.metadata.description,
    type: 'object',
    required,
    properties: { ...(name === undefined ? {} : { name: fieldSchema(name) }), ...Object.fromEntries(groups) },
    additionalProperties: false,
    ...(conditions.length === 0 ? {} : { allOf: conditions }),
  };
};

/** Fields with a condition come in by `if`/`then`; whatever a hidden field holds is neither judged nor refused. */
const groupSchema = (group: NonNullable<FormField['group']>, fields: readonly FormField[]): JsonSchema => {
  const always = fields.filter((field) => field.condition === undefined);
  const required = always.filter(mustBeGiven).map((field) => field.id);
  return {
    type: 'object',
    title: group.name,
    ...(group.description === undefined ? {} : { description: group.description }),
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(always.map((field) => [field.id, fieldSchema(field)])),
    propertyNames: { enum: fields.map((field) => field.id) },
  };
};

/** A field with a default is never missing. */
const mustBeGiven = (field: FormField): boolean => field.required && field.field.default === undefined;

const conditionalPart = (form: FormDefinition, field: FormField): readonly JsonSchema[] => {
  const { condition, group } = field;
  if (condition === undefined || group === undefined) return [];
  const inside: JsonSchema = {
    properties: { [field.id]: fieldSchema(field) },
    ...(mustBeGiven(field) ? { required: [field.id] } : {}),
  };
  const needed: JsonSchema = mustBeGiven(field) ? { required: [group.id] } : {};
  return [ifThen(activeSchema(form, field), { properties: { [group.id]: inside }, ...needed })];
};
