import { deepStrictEqual } from 'node:assert/strict';
import type { Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import { checkTarget } from '../src/index.ts';
import { anyJson, hostileUnicode } from './arbitraries.ts';
import { type HclValue, readHcl } from './hcl-reader.ts';
import { holds } from './property.ts';
import { asText, type Built, concatBuilt, SLOT, withTags } from './slots.ts';
import { pointedAt, template, text } from './support.ts';

const values = {
  s: 'orders',
  evil: '"${file("/etc/passwd")}\n%{ if true }',
  n: 5,
  l: ['a', 1],
  o: { 'k"': null },
  e: null,
  open: '{',
  sign: '$',
};

const WRITTEN: readonly (readonly [source: string, gives: string])[] = [
  ['a = {{.current.s}}', 'a = "orders"'],
  ['a = {{.current.n}}', 'a = 5'],
  ['a = {{.current.e}}', 'a = ""'],
  ['a = {{.current.l}}', 'a = ["a", 1]'],
  ['a = {{.current.o}}', 'a = { "k\\"" = null }'],
  ['a = "x-{{.current.evil}}"', 'a = "x-\\"$\\u007bfile(\\"/etc/passwd\\")}\\n%\\u007b if true }"'],
  ['a = "${{.current.open}}"'.replace('{{.', '{{ .'), 'a = "$\\u007b"'],
  ['a = "{{.current.sign}}{b}"', 'a = "\\u0024{b}"'],
  ['a = "${upper({{.current.s}})}"', 'a = "${upper("orders")}"'],
  ['a = "${upper("{{.current.s}}")}"', 'a = "${upper("orders")}"'],
  [
    'a = <<EOT\n{{.current.evil}}\nEOT\nb = {{.current.s}}',
    'a = <<EOT\n${"\\"$\\u007bfile(\\"/etc/passwd\\")}\\n%\\u007b if true }"}\nEOT\nb = "orders"',
  ],
  ['a = 1 # {{.current.evil}}', 'a = 1 # "${file("/etc/passwd")} %{ if true }'],
  ['a = [{{#.current.l}}{{.}}, {{/.current.l}}]', 'a = ["a", 1, ]'],
];

for (const [source, gives] of WRITTEN) {
  test(`HCL ${JSON.stringify(source)} is written so that the value stays a value`, (t) => {
    t.is(text(source, 'hcl', values), gives);
    t.notThrows(() => readHcl(gives));
  });
}

const MISPLACED: readonly (readonly [source: string, pointedAt: string])[] = [
  ['a = b{{.current.s}}', '{{.current.s}}'],
  ['a = {{.current.s}}b', 'b'],
  ['a = {{.current.n}}{{.current.n}}', '{{.current.n}}'],
  ['a = "\\{{.current.s}}"', '{{.current.s}}'],
  ['a = /* {{.current.s}} */ 1', '{{.current.s}}'],
  ['a = <<EOT\n$ {{.current.s}} ${{.current.s}}\nEOT\n', '{{.current.s}}'],
  // An empty value would let the sign and the brace meet.
  ['a = "${{.current.e}}{ {{.current.s}} }"', '{'],
  ['a = [{{#.current.l}}{{.}}{{/.current.l}}]', '{{.}}'],
];

for (const [source, place] of MISPLACED) {
  test(`in ${JSON.stringify(source)} no value can stand, which is refused before there are values`, (t) => {
    const checked = checkTarget(template(source), 'hcl');
    if (checked.ok) return t.fail();
    t.is(checked.error.code, 'misplaced-value');
    t.is(pointedAt(source, checked.error), place);
  });
}

test('a section can’t hold one end of a string', (t) => {
  const checked = checkTarget(template('a = "x{{#.current.s}}"{{/.current.s}}'), 'hcl');
  t.is(checked.ok ? undefined : checked.error.code, 'unbalanced-section');
});

const value = anyJson(hostileUnicode);
const fixed = (...texts: string[]) =>
  fc.constantFrom(...texts).map((source): Built<string> => ({ source, expected: source, values: [] }));
const slot = value.map((json): Built<string> => ({ source: SLOT, expected: asText(json), values: [json] }));

const bare = value.map((json): Built<HclValue> => ({ source: SLOT, expected: json ?? '', values: [json] }));

const literal = fixed('', 'x', ' ', '$', '%', '$$', '%% ', '}', 'é', "'", '#', '//', ',');
const quoted = fc
  .tuple(literal, fc.array(fc.tuple(slot, literal).map(concatBuilt), { maxLength: 3 }).map(concatBuilt))
  .map(concatBuilt)
  // A sign before a brace of the template itself would be an interpolation of the author.
  .filter((built) => !/[$%]\u0001?\{/.test(built.source))
  .map((built): Built<HclValue> => ({ ...built, source: `"${built.source}"` }));

const line = fc.tuple(fixed('', '  ', 'echo '), slot, fixed('', ' end', '"')).map(concatBuilt);
const heredoc = fc.array(line, { minLength: 1, maxLength: 3 }).map(
  (lines): Built<HclValue> => ({
    source: `<<EOT\n${lines.map((built) => built.source).join('\n')}\nEOT`,
    expected: `${lines.map((built) => built.expected).join('\n')}\n`,
    values: lines.flatMap((built) => built.values),
  }),
);

const listOf = (entries: readonly Built<HclValue>[]): Built<HclValue> => ({
  source: `[${entries.map((entry) => entry.source).join(', ')}]`,
  expected: entries.map((entry) => entry.expected),
  values: entries.flatMap((entry) => entry.values),
});

const callOf = (args: readonly Built<HclValue>[]): Built<HclValue> => ({
  source: `f(${args.map((arg) => arg.source).join(', ')})`,
  expected: { call: 'f', args: args.map((arg) => arg.expected) },
  values: args.flatMap((arg) => arg.values),
});

const objectOf = (entries: readonly (readonly [string, Built<HclValue>])[]): Built<HclValue> => ({
  source: `{ ${entries.map(([key, entry]) => `"${key}" = ${entry.source}`).join('\n')} }`,
  expected: Object.fromEntries(entries.map(([key, entry]) => [key, entry.expected])),
  values: entries.flatMap(([, entry]) => entry.values),
});

const tree: fc.Arbitrary<Built<HclValue>> = fc.letrec<{ node: Built<HclValue> }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    bare,
    quoted,
    fc.array(tie('node'), { maxLength: 3 }).map(listOf),
    fc.array(tie('node'), { maxLength: 2 }).map(callOf),
    fc.array(fc.tuple(fc.constantFrom('k', 'a b'), tie('node')), { maxLength: 2 }).map(objectOf),
  ),
})).node;

const note = fc.option(value, { nil: undefined });

test('whatever the values, an HCL text keeps its structure and has them as leaves', (t) => {
  holds(
    t,
    fc.property(
      fc.array(fc.tuple(fc.oneof({ weight: 4, arbitrary: tree }, { weight: 1, arbitrary: heredoc }), note), {
        maxLength: 3,
      }),
      (attributes) => {
        const lines = attributes.map(
          ([built, comment], index) => `a${index} = ${built.source}${comment === undefined ? '' : `\n# ${SLOT} end`}\n`,
        );
        const leaves = attributes.flatMap(([built, comment]): readonly Json[] =>
          comment === undefined ? built.values : [...built.values, comment],
        );
        const expected = Object.fromEntries(attributes.map(([built], index) => [`a${index}`, built.expected]));
        deepStrictEqual(readHcl(text(withTags(lines.join('')), 'hcl', { values: leaves })), expected);
      },
    ),
  );
});
