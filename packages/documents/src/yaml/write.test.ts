import type { Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import { parseYaml } from './plain.ts';
import { writeYaml } from './write.ts';

test('nested values are written in block style, and texts of several lines as literal blocks', (t) => {
  const value = { metadata: { id: 'a-b-c', tags: ['x', 'yes', '1.0'] }, text: 'first\nsecond\n', empty: [] };
  t.is(
    writeYaml(value),
    `metadata:
  id: a-b-c
  tags:
    - x
    - yes
    - "1.0"
text: |
  first
  second
empty: []
`,
  );
});

test('a comment stands above the document, and nothing in it can end the comment', (t) => {
  const text = writeYaml({ a: 1 }, { comment: 'one\r\nkind: Evil\u2028three\u0007\u0000\n\nfive' });
  t.is(text, '# one\n# kind: Evil\n# three\ufffd\ufffd\n#\n# five\n\na: 1\n');
  t.deepEqual(parseYaml(text), { ok: true, value: { a: 1 } });
});

test('equal parts are repeated, not written as anchors', (t) => {
  const part = { a: 1 };
  t.is(writeYaml({ one: part, two: part }), 'one:\n  a: 1\ntwo:\n  a: 1\n');
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '\ufeff',
    '\u007f',
    'a\u0085b',
    'a\r\nb',
    '\ud800',
    '---\n',
    '# no',
    '{{.current.name}}',
    '\uffff\n\n',
    ' \n a',
  ),
);
const key = text.filter((name) => !['__proto__', 'constructor', 'prototype', '<<'].includes(name));
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isExact),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

function isExact(number: number): boolean {
  return !Object.is(number, -0) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

test('whatever is written is read back as the same value', (t) => {
  fc.assert(
    fc.property(value, text, (given, comment) => {
      t.deepEqual(parseYaml(writeYaml({ given }, { comment })), { ok: true, value: { given } });
    }),
  );
});

test('a text that is not YAML has a place and a reason', (t) => {
  const read = parseYaml('a: 1\nb: [1\n');
  t.false(read.ok);
  if (!read.ok) t.like(read.error, { code: 'YAML_SYNTAX', line: 3 });
  const second = parseYaml('a: 1\n---\nb: 2\n');
  if (second.ok) t.fail('two documents');
  else t.like(second.error, { code: 'YAML_SEVERAL_DOCUMENTS', line: 2, column: 1 });
});
