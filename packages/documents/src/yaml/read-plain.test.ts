import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { VALIDATION_CODES } from '../index.ts';
import { readYaml } from './read.ts';
import { readPlain } from './read-plain.ts';

const deep = process.env['PAO_DEEP'] === '1';
const RUNS = deep ? 100_000 : 4_000;

/** Where the quick reader answers, the exact one answers the same; which texts it leaves to the other is its own affair. */
const agrees = (text: string): boolean => {
  const plain = readPlain(text);
  if (plain === undefined) return true;
  const read = readYaml(text);
  return read.ok && JSON.stringify(read.value.value) === JSON.stringify(plain);
};

const documents = Object.values(VALIDATION_CODES).flatMap(({ bad, good }) => [bad, good]);

test('a plain document is read quickly', (t) => {
  t.deepEqual(readPlain('a: 1\nb: [x, "y", 2.5, true, null]\nc: {d: >-\n  text\n  more}\n') ?? null, null);
  t.deepEqual(readPlain('a: 1\nb: [x, "y", 2.5, true, null]\nc:\n  d: |\n    text\n'), {
    a: 1,
    b: ['x', 'y', 2.5, true, null],
    c: { d: 'text\n' },
  });
});

for (const text of [
  'a: 012',
  'a: 1e400',
  'a: 9007199254740993',
  '1: a',
  'null: a',
  '~: a',
  '__proto__: a',
  'a: {constructor: 1}',
  '<<: {a: 1}',
  'a: &x 1\nb: *x',
  'a: !!str 1',
  'a: 1\na: 2',
  '---\na: 1\n---\nb: 1',
  '%YAML 1.1\n---\na: 1',
  '\ufeffa: 1',
  'a: "\u0000"',
  'a:\n\tb: 1',
  '',
  '# nothing',
  `a: ${'['.repeat(30_000)}`,
  `${'a: {'.repeat(80)}${'}'.repeat(80)}`,
]) {
  test(`left to the exact reader: ${JSON.stringify(text.slice(0, 30))}`, (t) => t.is(readPlain(text), undefined));
}

const scalars = fc.constantFrom(
  ...[
    '1',
    '0x1f',
    '0o17',
    '1_000',
    '1e3',
    '.5',
    '+1',
    '-0',
    '0.',
    '1.',
    '.inf',
    '.NaN',
    '~',
    'Null',
    'TRUE',
    'yes',
    '12:30',
    '2026-01-01',
  ],
  ...[
    'x',
    '-',
    '- x',
    'a b',
    'a: b',
    'a #b',
    'a#b',
    '@x',
    '`x`',
    '%x',
    '"q\\n\\u0041"',
    "'s''s'",
    '""',
    '[1, 2]',
    '{a: 1, b: }',
    '|',
    '>-',
    '? a',
    '*a',
    '&a 1',
    '!x 1',
    '=',
    '"a" b',
    '[a',
    'x]',
  ],
);
const line = fc.tuple(
  fc.constantFrom('', '  ', '    ', '- ', '  - '),
  fc.constantFrom('', 'a: ', 'b: ', '"c": ', 'd:', '? '),
  scalars,
);
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.map((parts) => parts.join('')).join('\n'));

test('both readers agree on any lines', (t) => {
  fc.assert(fc.property(text, agrees), { numRuns: RUNS });
  t.pass();
});

const starter = readFileSync(
  new URL('../../../catalog-starter/repository/catalog/databases/postgresql-standard.yaml', import.meta.url),
  'utf8',
);
const pieces = [
  '"',
  "'",
  ':',
  ' ',
  '\n',
  '  ',
  '-',
  '#',
  '[',
  ']',
  '{',
  '}',
  ',',
  '|',
  '>',
  '&',
  '*',
  '!',
  '?',
  '\t',
  '0',
  '\r\n',
  '%',
  '\\',
  'é',
  '\u0085',
];

test('both readers agree on documents with a piece put in, cut out or doubled', (t) => {
  const edit = fc.record({
    text: fc.constantFrom(starter, ...documents),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 12 }),
    put: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((parts) => parts.join('')),
  });
  const edited = edit.map(({ text: whole, at, cut, put }) => {
    const start = Math.floor(at * whole.length);
    return whole.slice(0, start) + put + whole.slice(start + cut);
  });
  fc.assert(fc.property(edited, agrees), { numRuns: RUNS / 4 });
  t.pass();
});
