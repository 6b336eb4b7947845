import test from 'ava';
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
