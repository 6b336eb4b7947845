import test from 'ava';
import type { Field } from '../document.ts';
import { FIELD_TYPES } from '../document.ts';
import { formSchema } from './form-schema.ts';
import { itemWith, itemWithFields } from './item-with.fixture.ts';

const fieldOf = (type: Field['type']): Field => {
  const field = { id: `${type}Field`, name: type, type };
  return type === 'select' ? { ...field, enum: ['a', 'b'] } : field;
};

test('every field type has its component and its widget', (t) => {
  const { fields, uiSchema } = formSchema(itemWithFields(...FIELD_TYPES.map(fieldOf)));
  t.deepEqual(
    fields.map(({ path, component }) => [path, component]),
    [
      ['name', 'text'],
      ['basic.stringField', 'text'],
      ['basic.textareaField', 'textarea'],
      ['basic.numberField', 'number'],
      ['basic.booleanField', 'checkbox'],
      ['basic.selectField', 'select'],
      ['basic.multiselectField', 'tags'],
      ['basic.dateField', 'date'],
      ['basic.emailField', 'email'],
      ['basic.passwordField', 'password'],
      ['basic.fileField', 'file'],
    ],
  );
  t.like(uiSchema, {
    'ui:order': ['name', 'basic'],
    basic: {
      textareaField: { 'ui:widget': 'textarea' },
      passwordField: { 'ui:widget': 'password' },
      fileField: { 'ui:field': 'file' },
    },
  });
});

test('a choice is an enumeration, a labelled one a list of titled constants', (t) => {
  const { schema, fields } = formSchema(
    itemWithFields(
      { id: 'plain', name: 'Plain', type: 'select', enum: [1, 2] },
      { id: 'labelled', name: 'Labelled', type: 'multiselect', enum: [{ value: 'a', label: 'First' }] },
    ),
  );
  t.like(schema, {
    properties: {
      basic: {
        properties: {
          plain: { title: 'Plain', type: 'number', enum: [1, 2] },
          labelled: {
            type: 'array',
            items: { type: 'string', oneOf: [{ const: 'a', title: 'First' }] },
            uniqueItems: true,
          },
        },
      },
    },
  });
  t.deepEqual(fields[1]?.options, [
    { value: 1, label: '1' },
    { value: 2, label: '2' },
  ]);
});

test('a group is required only when a field of it must be given', (t) => {
  const required: Field = { id: 'a', name: 'A', type: 'string', required: true };
  const withDefault: Field = { ...required, default: 'x' };
  t.deepEqual(formSchema(itemWithFields(required)).schema.required, ['name', 'basic']);
  t.deepEqual(formSchema(itemWithFields(withDefault)).schema.required, ['name']);
});

const inBasic = (value: object) => ({
  type: 'object',
  required: ['basic'],
  properties: { basic: { type: 'object', required: ['environment'], properties: { environment: value } } },
});

test('a field with a condition comes in by if and then', (t) => {
  const { schema, fields } = formSchema(
    itemWithFields(
      { id: 'environment', name: 'Environment', type: 'select', enum: ['dev', 'prod'] },
      {
        id: 'replicas',
        name: 'Replicas',
        type: 'number',
        required: true,
        conditional: { dependsOn: 'environment', condition: 'equals', value: 'prod' },
      },
    ),
  );
  t.deepEqual(schema.allOf, [
    {
      if: inBasic({ const: 'prod' }),
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: {
        properties: {
          basic: { properties: { replicas: { title: 'Replicas', type: 'number' } }, required: ['replicas'] },
        },
        required: ['basic'],
      },
    },
  ]);
  t.deepEqual(fields[2]?.conditional, { dependsOn: 'basic.environment', condition: 'equals', value: 'prod' });
});

test('a form without groups asks for the name alone', (t) => {
  const { schema, fields } = formSchema(itemWith({ name: 'Cache name', validation: { pattern: '^[a-z]+$' } }));
  t.deepEqual(schema.properties, {
    name: { title: 'Cache name', type: 'string', minLength: 1, maxLength: 10_000, pattern: '^[a-z]+$' },
  });
  t.deepEqual(
    fields.map(({ path, required }) => [path, required]),
    [['name', true]],
  );
});

test('the schema of a document is made once', (t) => {
  const item = itemWithFields({ id: 'a', name: 'A', type: 'string' });
  t.is(formSchema(item), formSchema(item));
});
