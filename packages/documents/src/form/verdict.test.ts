import test from 'ava';
import * as fc from 'fast-check';
import type { Conditional, Field, Form } from '../document.ts';
import { createAjv } from '../schema/ajv.ts';
import { evaluateInput } from './evaluate.ts';
import { formSchema } from './form-schema.ts';
import { itemWith, itemWithFields } from './item-with.fixture.ts';

const DEEP = process.env.PAO_DEEP === '1';
const FORMS = DEEP ? 4_000 : 150;
const INPUTS = 20;

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'ab',
    'abc',
    'ABC',
    'a-b',
    'x@example.com',
    '2026-02-28',
    '2026-02-30',
    '2024-02-29',
    '😀😀😀',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const bounds = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));

const validations: { readonly [type: string]: fc.Arbitrary<Field['validation']> } = {
  string: fc.record(
    {
      pattern: fc.constantFrom('^[a-z]+$', '[0-9]', '^.{2,4}$', '^\\p{L}+$'),
      minLength: fc.integer({ min: 0, max: 4 }),
      maxLength: fc.integer({ min: 0, max: 6 }),
    },
    { requiredKeys: [] },
  ),
  number: fc.record(
    {
      min: fc.integer({ min: -3, max: 3 }),
      max: fc.integer({ min: -1, max: 9 }),
      step: fc.constantFrom(0.1, 0.5, 2, 3),
      integer: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  multiselect: bounds.map(([minItems, maxItems]) => ({ minItems, maxItems })),
  date: fc.record({ min: fc.constant('2025-01-01'), max: fc.constant('2026-06-30') }, { requiredKeys: [] }),
  file: fc.record(
    { maxSize: fc.constantFrom(4, '1KB'), mediaTypes: fc.constantFrom(['text/plain'], ['image/*', 'text/csv']) },
    { requiredKeys: [] },
  ),
};

const choices = fc.constantFrom(
  ['a', 'b', 'c'],
  [1, 2, 3],
  [
    { value: 'a', label: 'The first' },
    { value: 'b', label: 'The second' },
  ],
);

const types = [
  'string',
  'textarea',
  'number',
  'boolean',
  'select',
  'multiselect',
  'date',
  'email',
  'password',
  'file',
] as const;

const DEFAULTS: { readonly [type: string]: Field['default'] } = {
  string: 'a',
  number: 2,
  boolean: true,
  date: '2026-01-01',
};

/** A document whose default breaks its own rules does not load. */
const withSoundDefault = (field: Field): Field => {
  const { default: fallback, ...rest } = field;
  const input = { name: 'a', basic: { [field.id]: fallback } };
  return fallback !== undefined && evaluateInput(itemWithFields(rest), input).ok ? field : rest;
};

const fieldCalled = (id: string): fc.Arbitrary<Field> =>
  fc
    .record({
      type: fc.constantFrom(...types),
      required: fc.boolean(),
      options: choices,
      free: fc.boolean(),
      useDefault: fc.boolean(),
    })
    .chain(({ type, required, options, free, useDefault }) => {
      const validation = validations[type === 'password' ? 'string' : type] ?? fc.constant(undefined);
      const withEnum = type === 'select' || (type === 'multiselect' && !free);
      const build = (rules: Field['validation']): Field => ({
        id,
        name: id,
        type,
        required,
        ...(withEnum ? { enum: options } : {}),
        ...(rules === undefined ? {} : { validation: rules }),
        ...(useDefault && DEFAULTS[type] !== undefined ? { default: DEFAULTS[type] } : {}),
      });
      return validation.map((rules) => withSoundDefault(build(rules)));
    });

const conditional = (on: string): fc.Arbitrary<Conditional> =>
  fc.oneof(
    fc.record({
      dependsOn: fc.constant(on),
      condition: fc.constantFrom('equals' as const, 'notEquals' as const),
      value: fc.constantFrom('a', 2, true, false, 1),
    }),
    fc.record({
      dependsOn: fc.constant(on),
      condition: fc.constantFrom('in' as const, 'notIn' as const),
      value: fc.subarray(['a', 'b', 1, 2, true, '2026-01-01'], { minLength: 1 }),
    }),
    fc.record({ dependsOn: fc.constant(on), condition: fc.constant('exists' as const), value: fc.boolean() }),
  );

const withCondition = (field: Field, condition: Conditional): Field => ({ ...field, conditional: condition });

/** Fields 1 to 4 in two groups; each may depend on the one before it, also across groups. */
const forms: fc.Arbitrary<Form> = fc
  .tuple(
    ...['f0', 'f1', 'f2', 'f3'].map(fieldCalled),
    fc.tuple(...['f0', 'f1', 'f2'].map((id) => fc.option(conditional(id)))),
  )
  .map((generated) => {
    const conditions = generated.at(-1) as readonly (Conditional | null)[];
    const fields = (generated.slice(0, -1) as Field[]).map((field, index) => {
      const condition = index === 0 ? null : (conditions[index - 1] ?? null);
      return condition === null ? field : withCondition(field, condition);
    });
    return {
      name: 'Name',
      validation: { pattern: '^[a-z]+$' },
      groups: [
        { id: 'one', name: 'One', fields: fields.slice(0, 2) },
        { id: 'two', name: 'Two', fields: fields.slice(2) },
      ],
    };
  });

const files = fc.constantFrom(
  { name: 'a.txt', mediaType: 'text/plain', size: 3, content: 'YWJj' },
  { name: 'a.png', mediaType: 'image/png', size: 6, content: 'YWJjYWJj' },
  { name: '../a', mediaType: 'text/csv', size: 3, content: 'YWJj' },
  { name: 'a.txt', mediaType: 'text/plain', size: 3 },
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3, -1, 0.1, 0.3, 2.5, 7) },
  fc.boolean(),
  files,
  fc.array(fc.constantFrom('a', 'b', 'c', 1, 2, ''), { maxLength: 4 }),
  fc.constantFrom(null, {}),
);
/** Values at and around what a field accepts. */
const FITTING: { readonly [type in Field['type']]: fc.Arbitrary<unknown> } = {
  string: fc.constantFrom('a', 'b', 'ab', 'abcd', '7', 'é'),
  textarea: fc.constantFrom('a', 'b', 'line\nline'),
  number: fc.constantFrom(-3, -1, 0, 1, 2, 3, 6, 9, 0.3, 2.5),
  boolean: fc.boolean(),
  select: fc.constantFrom('a', 'b', 'c', 1, 2, 3),
  multiselect: fc.oneof(fc.subarray(['a', 'b', 'c']), fc.subarray([1, 2, 3])),
  date: fc.constantFrom('2025-01-01', '2024-12-31', '2026-06-30', '2026-07-01', '2026-01-01'),
  email: fc.constantFrom('a@example.com', 'a@b', 'a'),
  password: fc.constantFrom('a', 'abcd', 'ABCD'),
  file: files,
};

const entry = (field: Field): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: FITTING[field.type] }, { weight: 1, arbitrary: value });

const groupInput = (fields: readonly Field[]) =>
  fc.record(
    {
      ...Object.fromEntries(fields.map((field) => [field.id, entry(field)])),
      f9: fc.option(value, { freq: 30, nil: undefined }).map((given) => given ?? SKIP),
    },
    { requiredKeys: [] },
  );

/** Stands for a key that is not there, which fc.record leaves out only at even odds. */
const SKIP = Symbol('skip');
const withoutSkipped = <T extends object>(input: T): T =>
  Object.fromEntries(Object.entries(input).filter(([, given]) => given !== SKIP)) as T;

const inputFor = (form: Form): fc.Arbitrary<object> => {
  const [one, two] = (form.groups ?? []).map((group) => groupInput(group.fields).map(withoutSkipped));
  return fc.record(
    {
      name: fc.oneof(
        { weight: 9, arbitrary: fc.constant('orders') },
        { weight: 1, arbitrary: fc.constantFrom('', 'ORDERS', 3) },
      ),
      one: one ?? fc.constant({}),
      two: two ?? fc.constant({}),
    },
    { requiredKeys: ['name'] },
  );
};

const formWithInputs = forms.chain((form) =>
  fc.tuple(fc.constant(form), fc.array(inputFor(form), { minLength: INPUTS, maxLength: INPUTS })),
);

/** What a form library leaves out: a field without an entry is no field with the entry "nothing". */
const withoutEmpty = (input: object): object =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([key, entry]) => key === 'f9' || (entry !== '' && entry !== null))
      .map(([key, entry]) => [key, key === 'one' || key === 'two' ? withoutEmpty(entry as object) : entry]),
  );

test('the evaluator and the generated JSON Schema give the same verdict on any input of any form', (t) => {
  const property = fc.property(formWithInputs, ([form, samples]) => {
    const item = itemWith(form);
    const validate = createAjv().compile(formSchema(item).schema);
    for (const input of samples) {
      const evaluated = evaluateInput(item, input);
      if (validate(withoutEmpty(input)) === evaluated.ok) continue;
      const verdicts = { evaluated, schema: validate.errors?.map((error) => `${error.instancePath} ${error.message}`) };
      throw new Error(JSON.stringify({ input, verdicts }));
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: FORMS }));
});

test('what the evaluator accepted it accepts again, unchanged', (t) => {
  const property = fc.property(formWithInputs, ([form, [input]]) => {
    const item = itemWith(form);
    const first = evaluateInput(item, input);
    if (!first.ok) return;
    const second = evaluateInput(item, first.value.values);
    if (!second.ok || JSON.stringify(second.value) !== JSON.stringify(first.value)) {
      throw new Error(JSON.stringify({ first, second }));
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: FORMS * 10 }));
});
