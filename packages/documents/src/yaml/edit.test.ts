import type { Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import { editYaml } from './edit.ts';
import { parseYaml } from './plain.ts';

const text = `# about
document: a
tests:
  - name: one # first
    input: { name: x }

  # the second
  - name: two
    input:
      name: "y"
    expect: { actions: [] }
`;

test('a value is put in and everything else stays as it was written', (t) => {
  const edited = editYaml(text, [{ path: ['tests', 0, 'expect'], value: { actions: [{ text: 'a\nb\n' }] } }]);
  t.is(
    edited,
    text.replace(
      '    input: { name: x }\n',
      '    input: { name: x }\n    expect:\n      actions:\n        - text: |\n            a\n            b\n',
    ),
  );
});

test('a value is replaced', (t) => {
  const edited = editYaml(text, [{ path: ['tests', 1, 'expect'], value: { errors: [] } }]);
  const read = parseYaml(edited);
  t.deepEqual(read.ok ? read.value : read, {
    document: 'a',
    tests: [
      { name: 'one', input: { name: 'x' } },
      { name: 'two', input: { name: 'y' }, expect: { errors: [] } },
    ],
  });
  t.true(edited.includes('# the second'));
});

test('texts that look like other things are quoted', (t) => {
  const value = { a: 'yes', b: '012', c: '{{.x}}', d: '# no', e: '*x', f: 'a: b' };
  const read = parseYaml(editYaml('a: 1\n', [{ path: ['b'], value }]));
  t.deepEqual(read.ok ? read.value : read, { a: 1, b: value });
});

test('nothing else changes by a byte', (t) => {
  const odd = `a:   {x: [1,2] }\nb:\n- name: 'one'   # kept\n  expect:\n    old: >-\n      folded\n      text\n  # about two\n- name: two\n  list: [ a,b ]\nc: |\n   three\n`;
  const edited = editYaml(odd, [
    { path: ['b', 0, 'expect'], value: { new: true } },
    { path: ['b', 1, 'expect'], value: [1] },
  ]);
  t.is(
    edited,
    `a:   {x: [1,2] }\nb:\n- name: 'one'   # kept\n  expect:\n    new: true\n  # about two\n- name: two\n  list: [ a,b ]\n  expect:\n    - 1\nc: |\n   three\n`,
  );
});

test('a text without a line break at its end is continued on the next line', (t) => {
  t.is(editYaml('a: 1', [{ path: ['b'], value: 2 }]), 'a: 1\nb: 2\n');
});

test('whatever the values, the edited text reads as the value with the edit made', (t) => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('a\nb', '# x', '- y', ' z ', '|', '\n\n'),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('value'), { maxKeys: 3 }),
    ),
  })).value as fc.Arbitrary<Json>;
  const property = fc.property(json, json, (before, value) => {
    const written = `x: 1 # one\ntests:\n  - name: a\n${before === null ? '' : `    expect: ${JSON.stringify(before)}\n`}  - name: b\ny: 2\n`;
    const read = parseYaml(editYaml(written, [{ path: ['tests', 0, 'expect'], value }]));
    t.deepEqual(read.ok ? read.value : read, { x: 1, tests: [{ name: 'a', expect: value }, { name: 'b' }], y: 2 });
  });
  fc.assert(property, { numRuns: 500 });
});
