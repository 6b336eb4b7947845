import { FIELD_TYPES, type FieldType } from '../document.ts';
import { MAX_ITEMS, MAX_LINE_LENGTH, MAX_PATTERN_LENGTH, MAX_TEXT_LENGTH } from '../limits.ts';
import { closed, common, ifThen, type JsonSchema, listOf, text, when } from './json-schema.ts';
import { coded } from './names.ts';

const pattern: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_PATTERN_LENGTH,
  description: 'RE2 syntax; anchor it with ^ and $.',
};
const count = (maximum: number): JsonSchema => ({ type: 'integer', minimum: 0, maximum });
const message = text({ description: 'Said when the value breaks a rule.' });
const date: JsonSchema = { type: 'string', format: 'date' };

const lengths = (maximum: number): { readonly [key: string]: JsonSchema } => ({
  minLength: count(maximum),
  maxLength: count(maximum),
  message,
});

/** The keys `validation` may have, by field type. */
const VALIDATION_KEYS: { readonly [type in FieldType]: { readonly [key: string]: JsonSchema } } = {
  string: { pattern, ...lengths(MAX_LINE_LENGTH) },
  textarea: lengths(MAX_TEXT_LENGTH),
  number: {
    min: { type: 'number' },
    max: { type: 'number' },
    step: { type: 'number', exclusiveMinimum: 0 },
    integer: { type: 'boolean' },
    message,
  },
  boolean: { message },
  select: { message },
  multiselect: { minItems: count(MAX_ITEMS), maxItems: count(MAX_ITEMS), message },
  date: { min: date, max: date, message },
  email: { pattern, message },
  password: { pattern, ...lengths(MAX_LINE_LENGTH) },
  file: {
    maxSize: {
      type: ['integer', 'string'],
      minimum: 1,
      pattern: '^[1-9][0-9]*( ?(B|kB|KB|KiB|MB|MiB))?$',
      description: 'Bytes, or a number with a unit.',
    },
    mediaTypes: listOf({ type: 'string', pattern: '^[a-zA-Z0-9.+-]+/([a-zA-Z0-9.+-]+|\\*)$' }, { minItems: 1 }),
    message,
  },
};

const validationOf = (type: FieldType): JsonSchema => ({
  type: 'object',
  properties: VALIDATION_KEYS[type],
  additionalProperties: false,
  'x-code': 'VALIDATION_KEY_NOT_ALLOWED',
});

const scalar: JsonSchema = { type: ['string', 'number', 'boolean'] };

const ENUM: JsonSchema = listOf(
  {
    type: ['string', 'number', 'boolean', 'object'],
    required: ['value', 'label'],
    properties: { value: scalar, label: text() },
    additionalProperties: false,
  },
  { minItems: 1, maxItems: MAX_ITEMS },
);

const conditional = closed(
  ['dependsOn', 'condition'],
  {
    dependsOn: { type: 'string', pattern: '^[a-z][a-zA-Z0-9]*(\\.[a-z][a-zA-Z0-9]*)?$' },
    condition: { enum: ['equals', 'notEquals', 'in', 'notIn', 'exists'] },
    value: { type: ['string', 'number', 'boolean', 'array'], items: scalar },
  },
  { description: 'The field is shown, and required, only when the condition holds.' },
);

const field: JsonSchema = closed(
  ['id', 'name', 'type'],
  {
    id: coded('camelCase', 'FIELD_ID_NOT_CAMEL_CASE'),
    name: text(),
    type: { enum: [...FIELD_TYPES], 'x-code': 'FIELD_TYPE_UNKNOWN' },
    required: { type: 'boolean' },
    default: { description: 'A constant that the field itself would accept.' },
    description: { type: 'string' },
    placeholder: { type: 'string' },
    enum: { ...ENUM, description: 'Scalars, or pairs of value and label.' },
    validation: { type: 'object' },
    conditional,
  },
  {
    allOf: [
      ...FIELD_TYPES.map((type) => when('type', type, { properties: { validation: validationOf(type) } })),
      when('type', 'select', { required: ['enum'], 'x-code': 'FIELD_ENUM_MISSING' }),
      ifThen(
        { required: ['type'], properties: { type: { enum: FIELD_TYPES.filter((type) => !type.endsWith('select')) } } },
        { properties: { enum: { not: {}, 'x-code': 'FIELD_ENUM_NOT_ALLOWED' } } },
      ),
    ],
  },
);

const group = closed(['id', 'name', 'fields'], {
  id: coded('camelCase', 'GROUP_ID_NOT_CAMEL_CASE'),
  name: text(),
  description: { type: 'string' },
  fields: listOf(common('field')),
});

const form = closed(
  ['name'],
  {
    name: text({ description: 'Label of the field `name`, which every document has.' }),
    type: { const: 'string' },
    required: { const: true },
    description: { type: 'string' },
    placeholder: { type: 'string' },
    validation: validationOf('string'),
    groups: listOf(common('group')),
  },
  { description: 'What the user is asked.' },
);

export const fieldDefinitions: { readonly [name: string]: JsonSchema } = { form, group, field };
