import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { templateFunctions } from '../src/index.ts';
import { hostileUnicode } from './arbitraries.ts';
import { holds, runs } from './property.ts';
import { failure, scopeOf, text } from './support.ts';

const rest = { system: { user: { teams: ['payments', 'orders'] } } };

for (const { name, signature, example } of templateFunctions) {
  test(`the example of ${name} in its documentation is true`, (t) => {
    t.is(text(example.template, 'plain', {}, rest), example.gives);
    t.true(signature.includes(name));
  });
}

test('the table in the README is that of the functions', (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
  for (const { signature, summary, example } of templateFunctions) {
    const cell = (content: string): string => content.replaceAll('|', '\\|');
    const row = `| \`${cell(signature)}\` | ${summary} | \`${cell(example.template)}\` → \`${cell(example.gives)}\` |`;
    t.true(readme.includes(row.replace(/ +/g, ' ')), signature);
  }
});

const GIVEN: readonly (readonly [expression: string, gives: string])[] = [
  ['.current.empty | upper', ''],
  ['.current.empty | concat "x" .current.empty "y"', 'xy'],
  ['.current.empty | length', '0'],
  ['.current.empty | json', 'null'],
  ['.current.empty | default "x" | upper', 'X'],
  ['.current.list | default "x" | join', 'a,b'],
  ['.current.none | default "x"', 'x'],
  ['0 | default "x"', '0'],
  ['false | default "x"', 'false'],
  ['.current.n | upper', '5'],
  ['.current.list | join ""', 'ab'],
  ['.current.none | first | default "nobody"', 'nobody'],
  ['.current.list | json | base64', 'WyJhIiwiYiJd'],
  ['.current.list | json | json', '"[\\"a\\",\\"b\\"]"'],
  ['"a.b.c" | replace "." "$&"', 'a$&b$&c'],
  ['"ÀÉÎ & ß_x--" | slug', 'aei-x'],
  ['"\u{1f600}\u{1f601}\u{1f602}" | truncate 2', '\u{1f600}\u{1f601}'],
  ['"abc" | truncate 2 "…"', 'a…'],
  ['"abc" | truncate 3 "…"', 'abc'],
  ['"abc" | truncate 1 "..."', '.'],
  ['"\u{1f600}é" | length', '2'],
  ['.current.object | length', '1'],
  ['"2026-02-28" | date', '2026-02-28'],
  ['"2026-02-28T23:30:00-02:00" | date "DD.MM.YYYY HH:mm:ss.SSS"', '01.03.2026 01:30:00.000'],
  ['"1e3" | number', '1000'],
  ['"é" | base64', 'w6k='],
];

for (const [expression, gives] of GIVEN) {
  test(`{{${expression}}} gives ${JSON.stringify(gives)}`, (t) => {
    const current = { n: 5, list: ['a', 'b'], none: [], object: { k: 1 }, empty: null };
    t.is(text(`{{${expression}}}`, 'plain', current), gives);
  });
}

for (const expression of [
  '.current.list | upper',
  '.current.object | concat "x"',
  '.current.text | number',
  '.current.text | upper | number',
  '.current.n | first',
  '"x" | replace "" "y"',
  '"x" | truncate -1',
  '"x" | truncate 1.5',
  '"2026-02-30" | date',
  '"2026-02-30T00:00:00Z" | date',
  '"yesterday" | date',
  '"2026-13-01" | date',
]) {
  test(`{{${expression}}} is an error that names the function`, (t) => {
    const current = { n: 5, text: '1_0', list: ['a', 'b'], object: { k: 1 } };
    const error = failure(`{{${expression}}}`, 'plain', scopeOf(current));
    t.is(error.code, 'bad-value');
    t.regex(error.message, new RegExp(`^${/\| (\w+)[^|]*$/.exec(expression)?.[1]} `));
  });
}

test('sha256 and base64 are those of Node, whatever the text', (t) => {
  holds(
    t,
    fc.property(hostileUnicode, (x) => {
      const expected = `${createHash('sha256').update(x).digest('hex')} ${Buffer.from(x).toString('base64')}`;
      return text('{{.current.x | sha256}} {{.current.x | base64}}', 'plain', { x }) === expected;
    }),
    runs / 4,
  );
});

test('a slug is fit for a label of a host name, whatever the text', (t) => {
  holds(
    t,
    fc.property(hostileUnicode, (x) =>
      /^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/.test(text('{{.current.x | slug}}', 'plain', { x })),
    ),
    runs / 4,
  );
});
