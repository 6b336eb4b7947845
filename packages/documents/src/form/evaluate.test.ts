import test from 'ava';
import type { Field } from '../document.ts';
import { evaluateInput } from './evaluate.ts';
import type { FieldError } from './issue.ts';
import { itemWith, itemWithFields } from './item-with.fixture.ts';

const base = { id: 'f', name: 'F' };

/** The verdict on one value: nothing, or the code of the first error. */
const judge = (field: Omit<Field, 'id' | 'name'>, value: unknown): string | undefined => {
  const result = evaluateInput(itemWithFields({ ...base, ...field }), { name: 'orders', basic: { f: value } });
  return result.ok ? undefined : result.error[0]?.code;
};

const file = (rest: object = {}) => ({ name: 'a.csv', mediaType: 'text/csv', size: 3, content: 'YWJj', ...rest });

const CASES: readonly (readonly [Omit<Field, 'id' | 'name'>, unknown, string | undefined])[] = [
  [{ type: 'string' }, 'x', undefined],
  [{ type: 'string' }, 1, 'WRONG_TYPE'],
  [{ type: 'string' }, 'x'.repeat(10_001), 'TOO_LONG'],
  [{ type: 'string', required: true }, undefined, 'REQUIRED'],
  [{ type: 'string', required: true }, '', 'REQUIRED'],
  [{ type: 'string', required: true }, null, 'REQUIRED'],
  [{ type: 'string', validation: { minLength: 2 } }, '😀', 'TOO_SHORT'],
  [{ type: 'string', validation: { maxLength: 2 } }, '😀😀', undefined],
  [{ type: 'string', validation: { pattern: '^[a-z]+$' } }, 'aB', 'PATTERN'],
  [{ type: 'string', validation: { pattern: 'b' } }, 'abc', undefined],
  [{ type: 'textarea', validation: { maxLength: 3 } }, 'a\nb', undefined],
  [{ type: 'textarea', validation: { maxLength: 3 } }, 'a\nbc', 'TOO_LONG'],
  [{ type: 'number' }, 1.5, undefined],
  [{ type: 'number' }, '1.5', 'WRONG_TYPE'],
  [{ type: 'number' }, Number.NaN, 'WRONG_TYPE'],
  [{ type: 'number', validation: { integer: true } }, 1.5, 'NOT_AN_INTEGER'],
  [{ type: 'number', validation: { min: 20 } }, 19, 'TOO_SMALL'],
  [{ type: 'number', validation: { min: 20 } }, 20, undefined],
  [{ type: 'number', validation: { max: 20 } }, 20, undefined],
  [{ type: 'number', validation: { max: 20 } }, 21, 'TOO_LARGE'],
  [{ type: 'number', validation: { step: 0.1 } }, 0.3, undefined],
  [{ type: 'number', validation: { step: 0.1 } }, 0.35, 'NOT_A_STEP'],
  [{ type: 'boolean' }, false, undefined],
  [{ type: 'boolean', required: true }, false, undefined],
  [{ type: 'boolean' }, 'false', 'WRONG_TYPE'],
  [{ type: 'select', enum: ['a', 'b'] }, 'b', undefined],
  [{ type: 'select', enum: [{ value: 1, label: 'One' }] }, 1, undefined],
  [{ type: 'select', enum: [{ value: 1, label: 'One' }] }, '1', 'NOT_AN_OPTION'],
  [{ type: 'multiselect', enum: ['a', 'b'] }, ['b', 'a'], undefined],
  [{ type: 'multiselect', enum: ['a', 'b'] }, ['c'], 'NOT_AN_OPTION'],
  [{ type: 'multiselect', enum: ['a', 'b'] }, ['a', 'a'], 'REPEATED'],
  [{ type: 'multiselect', enum: ['a', 'b'] }, 'a', 'WRONG_TYPE'],
  [{ type: 'multiselect' }, ['anything', 'goes'], undefined],
  [{ type: 'multiselect' }, [1], 'WRONG_TYPE'],
  [{ type: 'multiselect', validation: { minItems: 2 } }, ['a'], 'TOO_FEW'],
  [{ type: 'multiselect', validation: { minItems: 2, maxItems: 2 } }, ['a', 'b'], undefined],
  [{ type: 'multiselect', validation: { maxItems: 1 } }, ['a', 'b'], 'TOO_MANY'],
  [{ type: 'date' }, '2024-02-29', undefined],
  [{ type: 'date' }, '2026-02-29', 'NOT_A_DATE'],
  [{ type: 'date' }, '29.02.2024', 'NOT_A_DATE'],
  [{ type: 'date', validation: { min: '2026-01-01' } }, '2025-12-31', 'TOO_SMALL'],
  [{ type: 'date', validation: { min: '2026-01-01', max: '2026-01-01' } }, '2026-01-01', undefined],
  [{ type: 'date', validation: { max: '2026-01-01' } }, '2026-01-02', 'TOO_LARGE'],
  [{ type: 'email' }, 'ada@example.com', undefined],
  [{ type: 'email' }, 'ada@', 'NOT_AN_EMAIL'],
  [{ type: 'email', validation: { pattern: '@example\\.com$' } }, 'ada@example.org', 'PATTERN'],
  [{ type: 'password', validation: { minLength: 12 } }, 'short', 'TOO_SHORT'],
  [{ type: 'file' }, file(), undefined],
  [{ type: 'file' }, file({ name: '../etc/passwd' }), 'WRONG_TYPE'],
  [{ type: 'file' }, file({ extra: 1 }), 'WRONG_TYPE'],
  [{ type: 'file' }, file({ size: 4 }), 'FILE_CONTENT'],
  [{ type: 'file' }, file({ content: 'YW Jj' }), 'FILE_CONTENT'],
  [{ type: 'file', validation: { maxSize: 2 } }, file(), 'FILE_TOO_LARGE'],
  [{ type: 'file', validation: { maxSize: '1KB' } }, file(), undefined],
  [{ type: 'file', validation: { mediaTypes: ['image/*'] } }, file(), 'FILE_TYPE'],
  [{ type: 'file', validation: { mediaTypes: ['text/*'] } }, file(), undefined],
];

for (const [field, value, expected] of CASES) {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 60);
  test(`${JSON.stringify(field)} ${expected === undefined ? 'accepts' : `refuses as ${expected}`} ${shown}`, (t) => {
    t.is(judge(field, value), expected);
  });
}

const errorsOf = (fields: readonly Field[], input: unknown): readonly FieldError[] => {
  const result = evaluateInput(itemWithFields(...fields), input);
  return result.ok ? [] : result.error;
};

test('every field that is wrong is named, once', (t) => {
  const fields: readonly Field[] = [
    { id: 'size', name: 'Size', type: 'number', required: true },
    { id: 'zone', name: 'Zone', type: 'string', validation: { pattern: '^[a-c]$', message: 'a, b or c' } },
  ];
  t.deepEqual(errorsOf(fields, { name: 'Orders', basic: { zone: 'x', sise: 3 }, advanced: {}, storage: 1 }), [
    { field: 'basic.sise', issue: 'is not a field of this form (did you mean `basic.size`?)', code: 'UNKNOWN_FIELD' },
    { field: 'advanced', issue: 'is not a field of this form', code: 'UNKNOWN_FIELD' },
    { field: 'storage', issue: 'is not a field of this form', code: 'UNKNOWN_FIELD' },
    { field: 'name', issue: 'must match ^[a-z-]+$', code: 'PATTERN' },
    { field: 'basic.size', issue: 'is required', code: 'REQUIRED' },
    { field: 'basic.zone', issue: 'a, b or c', code: 'PATTERN' },
  ]);
});

test('input that is no object, and groups that are none, are refused', (t) => {
  for (const input of [null, [], 'x', 1, new Date(0)]) t.is(errorsOf([], input)[0]?.code, 'INPUT_NOT_AN_OBJECT');
  t.deepEqual(errorsOf([], { name: 'orders', basic: [] }), [
    { field: 'basic', issue: 'must be an object', code: 'WRONG_TYPE' },
  ]);
});

test('keys that programs trip over are fields like any other: unknown ones', (t) => {
  const input: unknown = JSON.parse('{ "name": "orders", "__proto__": { "x": 1 }, "basic": { "constructor": 1 } }');
  t.deepEqual(
    errorsOf([], input).map(({ field }) => field),
    ['__proto__', 'basic.constructor'],
  );
});

test('the values of secrets are not in what is said about them', (t) => {
  const secret = 'hunter2-hunter2';
  const errors = errorsOf([{ ...base, type: 'password', validation: { pattern: '^[0-9]+$' } }], {
    name: 'orders',
    basic: { f: secret },
  });
  t.is(errors.length, 1);
  t.false(JSON.stringify(errors).includes(secret));
});

test('defaults are applied, secrets and all fields of the form are listed', (t) => {
  const fields: readonly Field[] = [
    { id: 'size', name: 'Size', type: 'number', default: 50 },
    { id: 'key', name: 'Key', type: 'password' },
    { id: 'zone', name: 'Zone', type: 'string' },
  ];
  const result = evaluateInput(itemWithFields(...fields), { name: 'orders', basic: { key: 'k', zone: '' } });
  t.deepEqual(result, {
    ok: true,
    value: {
      values: { name: 'orders', basic: { size: 50, key: 'k' } },
      secretPaths: ['basic.key'],
      declaredPaths: ['name', 'basic.size', 'basic.key', 'basic.zone'],
    },
  });
});

const conditional = (condition: Field['conditional'], first: Partial<Field> = {}) =>
  itemWithFields(
    { id: 'kind', name: 'Kind', type: 'string', ...first },
    {
      id: 'size',
      name: 'Size',
      type: 'number',
      required: true,
      ...(condition === undefined ? {} : { conditional: condition }),
    },
  );

const shown = (condition: Field['conditional'], kind: unknown, first?: Partial<Field>): boolean => {
  const result = evaluateInput(conditional(condition, first), { name: 'orders', basic: { kind } });
  return !result.ok && result.error[0]?.code === 'REQUIRED';
};

test('a field is asked exactly when its condition holds', (t) => {
  const dependsOn = 'kind';
  t.true(shown({ dependsOn, condition: 'equals', value: 'a' }, 'a'));
  t.false(shown({ dependsOn, condition: 'equals', value: 'a' }, 'b'));
  t.false(shown({ dependsOn, condition: 'equals', value: 'a' }, undefined));
  t.true(shown({ dependsOn, condition: 'notEquals', value: 'a' }, 'b'));
  t.true(shown({ dependsOn, condition: 'notEquals', value: 'a' }, undefined));
  t.true(shown({ dependsOn, condition: 'in', value: ['a', 'b'] }, 'b'));
  t.false(shown({ dependsOn, condition: 'notIn', value: ['a', 'b'] }, 'b'));
  t.true(shown({ dependsOn, condition: 'exists' }, 'b'));
  t.false(shown({ dependsOn, condition: 'exists' }, ''));
  t.true(shown({ dependsOn, condition: 'exists', value: false }, ''));
  t.true(shown({ dependsOn: 'basic.kind', condition: 'equals', value: 'a' }, undefined, { default: 'a' }));
  t.true(shown({ dependsOn: 'name', condition: 'equals', value: 'orders' }, undefined));
  t.true(shown({ dependsOn, condition: 'equals', value: 'a' }, ['b', 'a'], { type: 'multiselect' }));
});

test('what a hidden field holds is dropped unjudged, and so is what depends on it', (t) => {
  const item = itemWith({
    name: 'Name',
    groups: [
      {
        id: 'late',
        name: 'Late',
        fields: [
          {
            id: 'deep',
            name: 'D',
            type: 'number',
            conditional: { dependsOn: 'early.mid', condition: 'notEquals', value: 1 },
          },
        ],
      },
      {
        id: 'early',
        name: 'Early',
        fields: [
          { id: 'top', name: 'T', type: 'boolean' },
          { id: 'mid', name: 'M', type: 'number', conditional: { dependsOn: 'top', condition: 'equals', value: true } },
        ],
      },
    ],
  });
  const input = { name: 'orders', early: { top: false, mid: 'not a number' }, late: { deep: 'neither' } };
  const result = evaluateInput(item, input);
  t.deepEqual(result.ok && result.value.values, { name: 'orders', early: { top: false } });
});
