import { deepStrictEqual } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { checkTarget } from '../src/index.ts';
import { anyJson, hostileUnicode } from './arbitraries.ts';
import { holds } from './property.ts';
import { asText } from './slots.ts';
import { failure, pointedAt, rendered, scopeOf, template, text } from './support.ts';

const values = {
  s: 'a/b c',
  n: 5,
  l: ['a,b', 'c'],
  o: { k: 1 },
  e: null,
  host: 'db.example.com:8443',
  base: 'https://api.example.com/v1/',
  label: 'eu-1',
};

const WRITTEN: readonly (readonly [source: string, gives: string])[] = [
  ['https://h.example/{{.current.s}}', 'https://h.example/a%2Fb%20c'],
  [
    '/v1/{{.current.n}}/{{.current.l}}?q={{.current.s}}&o={{.current.o}}',
    '/v1/5/a%2Cb,c?q=a%2Fb%20c&o=%7B%22k%22%3A1%7D',
  ],
  ['https://h.example/?q={{.current.e}}', 'https://h.example/?q='],
  ['https://{{.current.host}}/x', 'https://db.example.com:8443/x'],
  ['https://{{.current.label}}.example.com:{{.current.n}}/', 'https://eu-1.example.com:5/'],
  ['{{.current.base}}', 'https://api.example.com/v1/'],
  ['{{.current.base}}/items/{{.current.s}}', 'https://api.example.com/v1/items/a%2Fb%20c'],
  ['{{.current.base}}?q={{.current.s}}', 'https://api.example.com/v1/?q=a%2Fb%20c'],
];

for (const [source, gives] of WRITTEN) {
  test(`the URL ${source} takes values as parts of its path and query, or as a whole host or address`, (t) => {
    t.is(text(source, 'url', values), gives);
  });
}

const REFUSED_VALUES: readonly (readonly [source: string, value: string])[] = [
  ['https://{{.current.x}}.example.com/', 'evil.com/'],
  ['https://{{.current.x}}.example.com/', 'a.b'],
  ['https://db-{{.current.x}}/', 'a.evil.com'],
  ['https://{{.current.x}}/', 'user@evil.com'],
  ['https://{{.current.x}}/', ''],
  ['https://h.example:{{.current.x}}/', '80/../'],
  ['{{.current.x}}', 'javascript:alert(1)'],
  ['{{.current.x}}', '//evil.com'],
  ['{{.current.x}}', 'https://user:pw@evil.com/'],
  ['{{.current.x}}', 'https://evil.com\\@good.com/'],
  ['{{.current.x}}/v1', 'https://h.example/?a='],
];

for (const [source, x] of REFUSED_VALUES) {
  test(`${JSON.stringify(x)} is refused in ${source}`, (t) => {
    t.is(failure(source, 'url', scopeOf({ x })).code, 'unrepresentable');
  });
}

const DOT_SEGMENTS: readonly (readonly [source: string, value: string])[] = [
  ['https://h.example/{{.current.x}}/admin', '..'],
  ['https://h.example/{{.current.x}}', '.'],
  ['https://h.example/.{{.current.x}}/', '.'],
  ['https://h.example/%2e{{.current.x}}/', '.'],
  ['https://h.example/%2E%2e{{.current.x}}/', ''],
  ['{{.current.x}}/y', 'https://h.example/a/..'],
];

for (const [source, x] of DOT_SEGMENTS) {
  test(`no dot segment comes about from ${JSON.stringify(x)} in ${source}`, (t) => {
    t.is(failure(source, 'url', scopeOf({ x })).code, 'invalid-result');
  });
}

const MISPLACED: readonly (readonly [source: string, pointedAt: string])[] = [
  ['{{.current.s}}://h.example/', '{{.current.s}}'],
  ['ht{{.current.s}}://h.example/', '{{.current.s}}'],
  ['{{.current.base}}{{.current.s}}', '{{.current.base}}'],
  ['{{.current.base}}.example.com', '{{.current.base}}'],
];

for (const [source, place] of MISPLACED) {
  test(`in ${source} no value can stand, which is refused before there are values`, (t) => {
    const checked = checkTarget(template(source), 'url');
    if (checked.ok) return t.fail();
    t.is(checked.error.code, 'misplaced-value');
    t.is(pointedAt(source, checked.error), place);
  });
}

test('a secret is masked in the URL that is shown', (t) => {
  const scope = scopeOf({ key: 's3cret' }, { secrets: new Set(['current.key']) });
  t.is(rendered('https://h.example/?key={{.current.key}}&x=1', 'url', scope).masked, 'https://h.example/?key=••••&x=1');
});

test('whatever the values, a URL keeps its parts and has them as leaves', (t) => {
  const source =
    'https://h.example:8443/v1/{{.current.a}}/x-{{.current.b}}/y?q={{.current.c}}&{{.current.d}}=z#{{.current.e}}';
  const value = anyJson(hostileUnicode);
  holds(
    t,
    fc.property(fc.record({ a: value, b: value, c: value, d: value, e: value }), (current) => {
      const [a, b, c, d, e] = Object.values(current).map(asText) as [string, string, string, string, string];
      fc.pre(a !== '.' && a !== '..');
      const url = new URL(text(source, 'url', current));
      deepStrictEqual([url.protocol, url.host, url.username], ['https:', 'h.example:8443', '']);
      deepStrictEqual(url.pathname.split('/').map(decodeURIComponent), ['', 'v1', a, `x-${b}`, 'y']);
      deepStrictEqual(
        [...url.searchParams],
        [
          ['q', c],
          [d, 'z'],
        ],
      );
      deepStrictEqual(decodeURIComponent(url.hash.slice(1)), e);
    }),
  );
});
