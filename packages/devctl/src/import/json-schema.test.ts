import { isJsonObject, type Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import type { Conversion } from './draft.ts';
import { fixture, imported } from './imported.fixture.ts';
import { convertJsonSchema } from './json-schema.ts';
import { settle } from './settle.ts';

const convert = (schema: Json): Conversion => {
  const converted = convertJsonSchema(schema, 'cluster');
  if (!converted.ok) throw new Error(converted.error.message);
  return converted.value;
};

const object = (properties: Json, rest: { readonly [key: string]: Json } = {}): Json => ({
  type: 'object',
  properties,
  ...rest,
});

test('an object schema becomes a form, its inner objects groups, its local references what they lead to', (t) => {
  const { item } = imported(t, convert(JSON.parse(fixture('cluster.schema.json')) as Json));
  t.like(item.input.form, { name: 'Name', validation: { pattern: '^[a-z][a-z0-9-]{2,20}$' } });
  const [settings, network] = item.input.form.groups ?? [];
  t.deepEqual(
    settings?.fields.map(({ id, type }) => `${id} ${type}`),
    [
      'size select',
      'brokers number',
      'contact email',
      'callback string',
      'retention number',
      'legacy string',
      'public boolean',
      'hostname string',
    ],
  );
  t.deepEqual(settings?.fields[1]?.validation, { integer: true, min: 3, max: 12 });
  t.deepEqual(settings?.fields[7]?.conditional, { dependsOn: 'settings.public', condition: 'equals', value: true });
  t.is(network?.name, 'Network');
  t.deepEqual(network?.fields[0]?.enum, [
    { value: 'a', label: 'Zone A' },
    { value: 'b', label: 'Zone B' },
  ]);
});

test('what a form cannot hold is listed with its place in the schema', (t) => {
  const { leftOut } = imported(t, convert(JSON.parse(fixture('cluster.schema.json')) as Json));
  t.deepEqual(leftOut, [
    '$.properties.callback.format: format',
    '$.properties.network.properties.deep: the whole object',
    '$.properties.tree: $ref "#/$defs/loop"',
    '$.properties.remote: $ref "https://example.com/other.json"',
    '$.properties.either: the whole field',
    '$.dependentRequired.callback: dependentRequired',
    '$.then.properties.hostname.format: format',
    '$.properties.size: the default',
    '$.properties.legacy: the rule pattern',
  ]);
});

test('a field for several values of another one is one field; another form of it is listed', (t) => {
  const branch = (value: string, inner: Json): Json => ({ properties: { kind: { enum: [value] }, zone: inner } });
  const schema = object(
    { kind: { type: 'string', enum: ['a', 'b', 'c'] } },
    {
      dependencies: {
        kind: {
          oneOf: [branch('a', { type: 'string' }), branch('b', { type: 'string' }), branch('c', { type: 'number' })],
        },
      },
    },
  );
  const { item, leftOut } = imported(t, convert(schema));
  t.deepEqual(item.input.form.groups?.[0]?.fields[1]?.conditional, {
    dependsOn: 'settings.kind',
    condition: 'in',
    value: ['a', 'b'],
  });
  t.deepEqual(leftOut, ['$.dependencies.kind.oneOf[2].properties.zone: another form of zone']);
});

test('ids are made camelCase and unique, and each renamed one is listed', (t) => {
  const properties = {
    'max-size': { type: 'number' },
    maxSize: { type: 'number' },
    APIKey: { type: 'string' },
    '2nd': { type: 'string' },
    constructor: { type: 'string' },
    größe: { type: 'string' },
  };
  const { item, changed } = imported(t, convert(object(properties)));
  // A key that reads as an index comes first in any object.
  t.deepEqual(
    item.input.form.groups?.[0]?.fields.map(({ id }) => id).toSorted(),
    ['apiKey', 'constructorField', 'field2nd', 'groE', 'maxSize', 'maxSize2'].toSorted(),
  );
  t.is(changed.length, 7, 'six names, and the added field');
});

test('a secret in a default or a description never reaches the document or the report', (t) => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const properties = {
    a: { type: 'string', default: token },
    b: { type: 'string', description: `use ${token}` },
    c: { type: 'string', format: 'password', default: 'hunter22' },
  };
  const { text, leftOut } = imported(t, convert(object(properties)));
  t.false(text.includes(token));
  t.false(text.includes('hunter22'));
  t.deepEqual(leftOut, [
    '$.properties.a: the default',
    '$.properties.b: the description',
    '$.properties.c: the default',
  ]);
});

test('texts that would be variables, or end the comment, stay texts', (t) => {
  const properties = {
    'a\nkind: Evil': { type: 'string', title: 'x\u2028{{.system.user}}' },
    b: { type: 'string', description: '{{.current.name}}', title: '# {{#x}}' },
  };
  const { item } = imported(t, convert(object(properties, { title: 'T {{.x}}', description: '{{.y}}' })));
  t.is(item.kind, 'CatalogItem');
  t.is(item.metadata.name, 'Cluster');
});

test('what is no schema of an object is refused', (t) => {
  for (const schema of [
    true,
    null,
    [],
    'x',
    {},
    { type: 'string' },
    { type: 'array', properties: {} },
    { $ref: '#' },
  ] as const) {
    t.false(convertJsonSchema(schema, 'x').ok, JSON.stringify(schema));
  }
  const old = convertJsonSchema({ $schema: 'http://json-schema.org/draft-04/schema#', properties: {} }, 'x');
  t.true(!old.ok && old.error.message.includes('draft-04'));
});

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'name',
    'a',
    'b',
    '{{.current.x}}',
    '{{',
    '#/$defs/a',
    '#/$defs/b',
    'https://x.test',
    '^(?!a)',
    '[',
    '^a+$',
  ),
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('string', 'number', 'integer', 'boolean', 'array', 'object', 'null', 'date'),
          value,
          fc.array(fc.constantFrom('string', 'null')),
        ),
        title: value,
        description: value,
        default: value,
        enum: fc.oneof(fc.array(value, { maxLength: 4 }), value),
        enumNames: fc.array(value, { maxLength: 4 }),
        const: value,
        pattern: value,
        format: fc.oneof(fc.constantFrom('date', 'email', 'uri', 'data-url', 'password'), value),
        minLength: value,
        maxLength: value,
        minimum: value,
        maximum: value,
        exclusiveMinimum: value,
        multipleOf: value,
        minItems: value,
        items: tie('schema'),
        required: fc.oneof(fc.array(text, { maxLength: 3 }), value),
        properties: fc.dictionary(text, tie('schema'), { maxKeys: 4, noNullPrototype: true }),
        dependencies: fc.dictionary(text, tie('schema'), { maxKeys: 2, noNullPrototype: true }),
        if: tie('schema'),
        // A literal key `then` would make linters think of promises.
        ['th'.concat('en')]: tie('schema'),
        else: tie('schema'),
        allOf: fc.array(tie('schema'), { maxLength: 2 }),
        oneOf: fc.array(tie('schema'), { maxLength: 3 }),
        $ref: text,
        'ui:widget': fc.oneof(fc.constantFrom('textarea', 'password'), value),
        'ui:field': fc.oneof(fc.constantFrom('Secret', 'OwnerPicker'), value),
      },
      { requiredKeys: [], noNullPrototype: true },
    ) as fc.Arbitrary<Json>,
  ),
}));

test('braces in names begin nothing in the text of the ticket', (t) => {
  for (const title of ['{', 'Size {GB', '{code}', '{noformat} x', 'https://x.test/{id}', '{a{b}']) {
    const converted = convertJsonSchema({ type: 'object', title, properties: { one: { type: 'string', title } } }, 'x');
    if (!converted.ok) return t.fail(converted.error.message);
    const result = settle(converted.value, { id: 'a-b-c', category: 'a', project: 'AB' });
    t.true(result.ok, title);
  }
  return undefined;
});

test('any schema gives a valid document or a clear refusal', (t) => {
  let settled = 0;
  fc.assert(
    fc.property(
      fc.dictionary(text, schema, { maxKeys: 6, noNullPrototype: true }),
      fc.dictionary(text, schema, { maxKeys: 3, noNullPrototype: true }),
      schema,
      (properties, $defs, rest) => {
        const around = isJsonObject(rest) ? rest : {};
        const whole = { ...around, $ref: '#/$defs/', type: 'object', properties, $defs };
        const { $ref: _, ...source } = whole;
        const converted = convertJsonSchema(source, 'x');
        if (!converted.ok) return t.regex(converted.error.message, /\S/);
        const result = settle(converted.value, { id: 'a-b-c', category: 'a', project: 'AB' });
        if (!result.ok) return t.fail(result.error.message);
        settled += 1;
        return undefined;
      },
    ),
  );
  t.true(settled > 50);
});
