import type { Json } from '@pao/kernel';
import type { FieldType } from '../document.ts';
import { MAX_ITEMS, MAX_LINE_LENGTH, MAX_TEXT_LENGTH } from '../limits.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { FormField } from './definition.ts';
import { FILE_NAME_PATTERN, MEDIA_TYPE_PATTERN } from './file-rule.ts';
import { MAX_EMAIL_LENGTH, MAX_TAG_LENGTH } from './rules.ts';
import { BASE64_PATTERN, base64Length, sizeInBytes } from './sizes.ts';

/** The JSON Schema of one field's value: the rules of rules.ts, once more, for whoever cannot run them. */
export const fieldSchema = (field: FormField): JsonSchema => ({
  title: field.label,
  ...optional('description', field.field.description),
  ...optional('default', field.field.default),
  ...VALUE_SCHEMAS[field.type](field),
});

const optional = (key: string, value: Json | undefined): JsonSchema => (value === undefined ? {} : { [key]: value });

const textSchema = ({ validation }: FormField, limit: number): JsonSchema => ({
  type: 'string',
  minLength: Math.max(1, validation.minLength ?? 0),
  maxLength: Math.min(limit, validation.maxLength ?? limit),
  ...optional('pattern', validation.pattern),
});

const VALUE_SCHEMAS: { readonly [type in FieldType]: (field: FormField) => JsonSchema } = {
  string: (field) => textSchema(field, MAX_LINE_LENGTH),
  password: (field) => ({ ...textSchema(field, MAX_LINE_LENGTH), writeOnly: true }),
  textarea: (field) => textSchema(field, MAX_TEXT_LENGTH),
  email: (field) => ({ ...textSchema(field, MAX_EMAIL_LENGTH), format: 'email' }),
  number: ({ validation }) => ({
    type: validation.integer === true ? 'integer' : 'number',
    ...optional('minimum', validation.min),
    ...optional('maximum', validation.max),
    ...optional('multipleOf', validation.step),
  }),
  boolean: () => ({ type: 'boolean' }),
  date: ({ validation }) => ({
    type: 'string',
    format: 'date',
    ...optional('formatMinimum', validation.min),
    ...optional('formatMaximum', validation.max),
  }),
  select: (field) => options(field),
  multiselect: (field) => ({
    type: 'array',
    items: field.options === undefined ? { type: 'string', minLength: 1, maxLength: MAX_TAG_LENGTH } : options(field),
    uniqueItems: true,
    ...optional('minItems', field.validation.minItems),
    maxItems: Math.min(MAX_ITEMS, field.validation.maxItems ?? MAX_ITEMS),
  }),
  file: ({ validation }) => fileSchema(sizeInBytes(validation.maxSize), validation.mediaTypes),
};

/** Labels that say more than the value need `oneOf`, which form libraries read as a list of titled choices. */
const options = ({ options: entries = [] }: FormField): JsonSchema => {
  const types = [...new Set(entries.map((entry) => typeof entry.value))];
  const type: JsonSchema = types.length === 1 ? { type: types[0] ?? 'string' } : {};
  const labelled = entries.some((entry) => entry.label !== String(entry.value));
  if (labelled) return { ...type, oneOf: entries.map(({ value, label }) => ({ const: value, title: label })) };
  return { ...type, enum: entries.map((entry) => entry.value) };
};

const fileSchema = (limit: number, mediaTypes: readonly string[] | undefined): JsonSchema => ({
  type: 'object',
  required: ['name', 'mediaType', 'size', 'content'],
  properties: {
    name: { type: 'string', pattern: FILE_NAME_PATTERN },
    mediaType: mediaTypes === undefined ? { type: 'string', pattern: MEDIA_TYPE_PATTERN } : mediaTypeSchema(mediaTypes),
    size: { type: 'integer', minimum: 0, maximum: limit },
    content: { type: 'string', contentEncoding: 'base64', pattern: BASE64_PATTERN, maxLength: base64Length(limit) },
  },
  additionalProperties: false,
});

const mediaTypeSchema = (mediaTypes: readonly string[]): JsonSchema => {
  const patterns = mediaTypes.map((type) =>
    type.replaceAll(/[.+]/g, '\\$&').replace(/\*$/, '[a-zA-Z0-9!#$&^_.+-]{1,127}'),
  );
  return { type: 'string', pattern: `^(${patterns.join('|')})$` };
};
