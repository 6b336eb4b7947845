import { deepStrictEqual } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { parse } from 'yaml';
import { checkTarget } from '../src/index.ts';
import { holds } from './property.ts';
import { withTags } from './slots.ts';
import { failure, pointedAt, scopeOf, template, text } from './support.ts';
import { yamlDocument } from './yaml-documents.ts';

const values = {
  s: 'orders',
  evil: 'x: y # z\n- w',
  t: 'true',
  n: 5,
  l: ['a', 1],
  o: { k: 'v w' },
  e: null,
  lines: 'one\n two\n',
};

const WRITTEN: readonly (readonly [source: string, gives: string])[] = [
  ['a: {{.current.s}}', 'a: orders'],
  ['a: {{.current.t}}', 'a: "true"'],
  ['a: {{.current.n}}', 'a: 5'],
  ['a: {{.current.e}}', 'a: ""'],
  ['a: {{.current.l}}', 'a: ["a", 1]'],
  ['a: {{.current.o | json}}', 'a: {"k": "v w"}'],
  ['a: {{.current.evil}} # {{.current.evil}}', 'a: "x: y # z\\n- w" # x: y # z - w'],
  ['a: db-{{.current.s}}.local', 'a: db-orders.local'],
  ['a: 80{{.current.n}}', 'a: "805"'],
  ['a: "q {{.current.evil}}"', 'a: "q x: y # z\\n- w"'],
  ["a: 'it''s {{.current.t}} \\ \"'", 'a: "it\'s true \\\\ \\""'],
  ["a: 'it''s plain'", "a: 'it''s plain'"],
  ['a: |\n  {{.current.lines}}\n  end', 'a: |2\n  one\n   two\n  \n  end'],
  ['- a: |-\n    {{.current.lines}}', '- a: |2-\n    one\n     two\n    '],
  ['a: |\n  plain\nb: {{.current.s}}', 'a: |\n  plain\nb: orders'],
  ['[{{.current.s}}, {{.current.evil}}]', '[orders, "x: y # z\\n- w"]'],
  ['{{.current.s}}: &x !!str {{.current.n}}', 'orders: &x !!str 5'],
  ['{{.current.evil}}: 1', '"x: y # z\\n- w": 1'],
  ['a: x{{#.current.s}}-{{.}}{{/.current.s}}', 'a: x-orders'],
  ['l:\n{{#.current.l}}\n  - {{.}}\n{{/.current.l}}\nm: 1', 'l:\n  - a\n  - 1\nm: 1'],
  ['l: [{{#.current.l}}{{.}}, {{/.current.l}}]', 'l: [a, 1, ]'],
];

for (const [source, gives] of WRITTEN) {
  test(`YAML ${JSON.stringify(source)} is written so that the value stays a value`, (t) => {
    t.is(text(source, 'yaml', values), gives);
    t.notThrows(() => parse(gives));
  });
}

const MISPLACED: readonly (readonly [source: string, pointedAt: string])[] = [
  ['a: "x" {{.current.s}}', '{{.current.s}}'],
  ['a: "\\{{.current.s}}"', '{{.current.s}}'],
  ['a: &{{.current.s}} 1', '{{.current.s}}'],
  ['%YAML {{.current.s}}', '{{.current.s}}'],
  ['a: |{{.current.n}}\n  x', '{{.current.n}}'],
  ['a:\n  |\n  {{.current.s}}', '{{.current.s}}'],
  ['a: {{.current.s}}\n  more', 'm'],
  ['a: some text\n  {{.current.s}}', '{{.current.s}}'],
  ['[{{.current.s}}\n  more]', 'm'],
];

for (const [source, place] of MISPLACED) {
  test(`in ${JSON.stringify(source)} no value can stand, which is refused before there are values`, (t) => {
    const checked = checkTarget(template(source), 'yaml');
    if (checked.ok) return t.fail();
    t.is(checked.error.code, 'misplaced-value');
    t.is(pointedAt(source, checked.error), place);
  });
}

const UNBALANCED = [
  'a: [{{#.current.l}}{{.}}{{/.current.l}}]',
  'a: "{{#.current.l}}"{{/.current.l}}',
  'a: {{#.current.l}}"{{.}}"{{/.current.l}}',
  'a: {{#.current.l}}\n  b: {{.}}{{/.current.l}}',
  // The second run would read "a" as the key of a mapping where the first read text of a block scalar.
  'x: |\n  y\n{{#.current.l}}\n  a: {{.}}\nother: 1\n{{/.current.l}}\n',
  // Left out, the last line would belong to the block scalar.
  'x: |\n  y\n{{#.current.l}}\nz:\n{{/.current.l}}\n  a: {{.current.s}}\n',
];

for (const word of [
  'yes',
  'Off',
  'n',
  'NULL',
  'e0',
  'e-3',
  '~',
  '012',
  '0x1f',
  '1_000',
  '2001-01-01',
  '12:30',
  '<<',
  '=',
  '-',
  '',
]) {
  test(`the text ${JSON.stringify(word)} is quoted, since some reader of YAML takes it for something else`, (t) => {
    t.is(text('{{.current.word}}', 'yaml', { word }), JSON.stringify(word));
  });
}

test('blanks at the ends of a value outlive the line break beside them', (t) => {
  t.deepEqual(parse(text('a: "{{.current.s}}\n  {{.current.s}}"', 'yaml', { s: ' x ' })), { a: ' x   x ' });
});

for (const source of UNBALANCED) {
  test(`in ${JSON.stringify(source)} a section would change what its surroundings are`, (t) => {
    const checked = checkTarget(template(source), 'yaml');
    t.is(checked.ok ? undefined : checked.error.code, 'unbalanced-section');
  });
}

test('a section of whole lines may follow a block scalar', (t) => {
  const source = 'x: |\n  y\n{{#.current.l}}\n"{{.}}": {{.}}\n{{/.current.l}}\nz: {{.current.evil}}\n';
  t.deepEqual(parse(text(source, 'yaml', values)), { x: 'y\n', a: 'a', 1: 1, z: values.evil });
});

test('what a block scalar can’t hold is refused', (t) => {
  for (const character of ['\u0000', '\u0085', '\u2028', '\ufeff']) {
    t.is(failure('a: |\n  {{.current.s}}', 'yaml', scopeOf({ s: character })).code, 'unrepresentable');
  }
});

test('a list can’t be a key, nor a text longer than YAML takes', (t) => {
  t.is(failure('{{.current.l}}: 1', 'yaml', scopeOf(values)).code, 'unrepresentable');
  t.is(failure('{{.current.s}}: 1', 'yaml', scopeOf({ s: 'x'.repeat(1001) })).code, 'unrepresentable');
});

for (const version of ['1.2', '1.1'] as const) {
  test(`whatever the values, a document read as YAML ${version} keeps its structure and has them as leaves`, (t) => {
    holds(
      t,
      fc.property(yamlDocument, ({ lines, expected, values: leaves }) => {
        const written = text(withTags(`${lines.join('\n')}\n`), 'yaml', { values: leaves });
        deepStrictEqual(parse(written, { version, uniqueKeys: false, logLevel: 'error' }), expected);
      }),
    );
  });
}
