import { deepStrictEqual } from 'node:assert/strict';
import type { Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import { checkTarget } from '../src/index.ts';
import { anyJson, hostileText } from './arbitraries.ts';
import { holds } from './property.ts';
import { asText, type Built, SLOT, withTags } from './slots.ts';
import { failure, pointedAt, rendered, scopeOf, template, text } from './support.ts';

const values: Json = { s: 'a "b"\n', n: 5, b: true, l: [1, 'x,y'], o: { k: '"' }, e: null };

test('within quotes a value is text of the string', (t) => {
  const source =
    '{"v":"{{.current.s}}","n":"-{{.current.n}}","l":"{{.current.l}}","o":"{{.current.o}}","e":"{{.current.e}}"}';
  t.deepEqual(JSON.parse(text(source, 'json', values)), { v: 'a "b"\n', n: '-5', l: '1,x,y', o: '{"k":"\\""}', e: '' });
});

test('outside quotes a value is a value', (t) => {
  const source = '[{{.current.s}}, {{.current.n}},{{.current.b}}, {{.current.l}},{{.current.o}},{{.current.e}}]';
  t.deepEqual(JSON.parse(text(source, 'json', values)), ['a "b"\n', 5, true, [1, 'x,y'], { k: '"' }, null]);
});

test('json makes the value outside quotes and its text within; twice it is a text that holds JSON', (t) => {
  t.is(text('[{{.current.l | json}},"{{.current.l | json}}"]', 'json', values), '[[1,"x,y"],"[1,\\"x,y\\"]"]');
  t.deepEqual(JSON.parse(text('[{{.current.l | json | json}}]', 'json', values)), ['[1,"x,y"]']);
});

const MISPLACED: readonly (readonly [source: string, pointedAt: string])[] = [
  ['{"a":1{{.current.n}}}', '{{.current.n}}'],
  ['{"a":{{.current.n}}0}', '0'],
  ['[{{.current.n}}{{.current.n}}]', '{{.current.n}}'],
  ['["x"{{.current.n}}]', '{{.current.n}}'],
  ['["\\{{.current.n}}"]', '{{.current.n}}'],
  ['["\\u00{{.current.n}}"]', '{{.current.n}}'],
  ['[{{#.current.l}}{{.}}{{/.current.l}}]', '{{.}}'],
  ['[1{{#.current.l}}{{.}},{{/.current.l}}2]', '{{.}}'],
];

for (const [source, place] of MISPLACED) {
  test(`in ${source} a value would run into its neighbour, which is refused before there are values`, (t) => {
    const checked = checkTarget(template(source), 'json');
    if (checked.ok) return t.fail();
    t.is(checked.error.code, 'misplaced-value');
    t.is(pointedAt(source, checked.error), place);
  });
}

test('a section may hold members, entries or a part of a string, but no end of one', (t) => {
  const member = '{"a":1{{#.current.s}},"b":{{.}}{{/.current.s}}}';
  t.deepEqual(JSON.parse(text(member, 'json', { s: 'x' })), { a: 1, b: 'x' });
  t.deepEqual(JSON.parse(text(member, 'json', { s: null })), { a: 1 });
  t.is(text('["{{#.current.l}}<{{.}}>{{/.current.l}}"]', 'json', values), '["<1><x,y>"]');
  t.is(failure('["a{{#.current.s}}"{{/.current.s}}]', 'json', scopeOf(values)).code, 'unbalanced-section');
});

test('what does not parse after rendering is refused, without a word of the values', (t) => {
  const error = failure('[{{#.current.l}}{{.}},{{/.current.l}}]', 'json', scopeOf({ l: ['s3cret'] }));
  t.is(error.code, 'invalid-result');
  t.notRegex(JSON.stringify(error), /s3cret/);
});

test('the masked form of a secret parses as well', (t) => {
  const scope = scopeOf({ pw: 's3cret', n: 1 }, { secrets: new Set(['current.pw']) });
  const { masked, text: sent } = rendered(
    '{"a":{{.current.pw}},"b":"x-{{.current.pw | base64}}","n":{{.current.n}}}',
    'json',
    scope,
  );
  t.deepEqual(JSON.parse(sent), { a: 's3cret', b: 'x-czNjcmV0', n: 1 });
  t.deepEqual(JSON.parse(masked), { a: '••••', b: 'x-••••', n: 1 });
});

const value = anyJson(hostileText);
const literal = fc.constantFrom('', 'x', ' ', '\\"', '\\\\', '\\n', '{ ', '}', ':', 'é', '\\u0041', "'", '$');

const bare = value.map((json): Built => ({ source: SLOT, expected: json, values: [json] }));

const quoted = fc.array(fc.tuple(literal, value), { maxLength: 3 }).map(
  (parts): Built => ({
    source: `"${parts.map(([before]) => `${before}${SLOT}`).join('')}"`,
    expected: parts.map(([before, json]) => `${JSON.parse(`"${before}"`)}${asText(json)}`).join(''),
    values: parts.map(([, json]) => json),
  }),
);

const listOf = (entries: readonly Built[]): Built => ({
  source: `[${entries.map((entry) => entry.source).join(', ')}]`,
  expected: entries.map((entry) => entry.expected),
  values: entries.flatMap((entry) => entry.values),
});

const objectOf = (entries: readonly (readonly [Built, Built])[]): Built => ({
  source: `{${entries.map(([key, entry]) => `${key.source}:${entry.source}`).join(',\n')}}`,
  expected: Object.fromEntries(entries.map(([key, entry]) => [key.expected, entry.expected])),
  values: entries.flatMap(([key, entry]) => [...key.values, ...entry.values]),
});

const tree: fc.Arbitrary<Built> = fc.letrec<{ node: Built }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    bare,
    quoted,
    fc.array(tie('node'), { maxLength: 3 }).map(listOf),
    fc.array(fc.tuple(quoted, tie('node')), { maxLength: 3 }).map(objectOf),
  ),
})).node;

test('whatever the values, a JSON text keeps its structure and has them as leaves', (t) => {
  holds(
    t,
    fc.property(tree, ({ source, expected, values: leaves }) => {
      deepStrictEqual(JSON.parse(text(withTags(source), 'json', { values: leaves })), expected);
    }),
  );
});
