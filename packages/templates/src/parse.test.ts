import test from 'ava';
import { failure, pointedAt, scopeOf, template, text } from '../test/support.ts';
import { references } from './index.ts';

const scope = scopeOf({ name: 'orders', ports: [80, 443] });

const REFUSED: readonly (readonly [source: string, code: string, pointedAt: string])[] = [
  ['a {{.current.name', 'unclosed-tag', '{{'],
  ['a {{.current.name | concat "}}', 'unclosed-tag', '{{'],
  ['a {{ }}', 'empty-tag', '{{ }}'],
  ['{{#}}', 'empty-tag', '{{#}}'],
  ['{{> header}}', 'partial-refused', '{{>'],
  ['{{< parent}}', 'inheritance-refused', '{{<'],
  ['{{$ block}}', 'inheritance-refused', '{{$'],
  ['{{=<% %>=}}', 'delimiter-refused', '{{='],
  ['{{& .current.name}}', 'unescaped-refused', '{{&'],
  ['{{{.current.name}}}', 'unescaped-refused', '{{{'],
  ['x{{#.current.name}}y', 'unclosed-section', '{{#.current.name}}'],
  ['x{{/.current.name}}', 'unopened-section', '{{/.current.name}}'],
  ['{{#.current.name}}{{/.current.ports}}', 'mismatched-section', '{{/.current.ports}}'],
  ['{{#.current.name | upper}}{{/.current.name | upper}}', 'bad-expression', '.current.name | upper'],
  ['{{.curent.name}}', 'unknown-namespace', '.curent.name'],
  ['{{.secret.token}}', 'unknown-namespace', '.secret.token'],
  ['{{name}}', 'no-item', 'name'],
  ['{{.}}', 'no-item', '.'],
  ['{{current.name}}', 'no-item', 'current.name'],
  ['{{.current.__proto__}}', 'forbidden-name', '.current.__proto__'],
  ['{{.current.constructor.name}}', 'forbidden-name', '.current.constructor.name'],
  ['{{#.current.ports}}{{prototype}}{{/.current.ports}}', 'forbidden-name', 'prototype'],
  ['{{.current.name | uper}}', 'unknown-function', 'uper'],
  ['{{.current.name | replace "-"}}', 'bad-arguments', 'replace'],
  ['{{.current.name | upper "x"}}', 'bad-arguments', 'upper'],
  ['{{.current.name | truncate "many"}}', 'bad-arguments', 'truncate'],
  ['{{upper(.current.name, "x")}}', 'bad-arguments', 'upper'],
  ['{{"a,b" | first}}', 'bad-arguments', 'first'],
  ['{{.current.name |}}', 'bad-expression', '}'],
  ['{{.current.name .current.name}}', 'bad-expression', '.current.name'],
  ['{{.current.name + 1}}', 'bad-expression', '+'],
  ['{{.current..name}}', 'bad-expression', '.'],
  ['{{upper(.current.name}}', 'bad-expression', '}'],
  ['{{upper(.current.name | }}', 'bad-expression', ' '],
  ["{{.current['name']}}", 'bad-expression', '['],
];

for (const [source, code, place] of REFUSED) {
  test(`${source} is refused as ${code}`, (t) => {
    const error = failure(source, 'plain', scope);
    t.is(error.code, code as typeof error.code);
    t.is(pointedAt(source, error), place);
  });
}

test('an unknown namespace or function comes with the near name', (t) => {
  t.is(failure('{{.curent.name}}', 'plain', scope).hint, 'did you mean .current?');
  t.is(failure('{{.current.name | uper}}', 'plain', scope).hint, 'did you mean upper?');
  t.is(failure('{{current.name}}', 'plain', scope).hint, 'write {{.current.name}}');
});

test('pipes and calls mean the same', (t) => {
  const forms = [
    '{{.current.name | upper | replace "R" "_"}}',
    '{{replace(upper(.current.name), "R", "_")}}',
    '{{ replace( .current.name | upper , \'R\', "_" ) }}',
    '{{upper(.current.name) | replace "R" (lower("_"))}}',
  ];
  for (const form of forms) t.is(text(form, 'plain', { name: 'orders' }), 'O_DE_S');
});

test('a quoted text may hold braces, quotes and escapes', (t) => {
  t.is(
    text('{{"}}" | concat "\\"" \'"\' "\\\\" "\\n" "{{.current.name}}"}}', 'plain', {}),
    '}}""\\\n{{.current.name}}',
  );
});

test('numbers, true, false and null are literals', (t) => {
  t.is(text('{{concat(1, -2.5, true, false, null)}}', 'plain', {}), '1-2.5truefalse');
});

test('names may hold hyphens, digits and underscores', (t) => {
  const metadata = { 'database-postgresql-standard': { default_port2: '5432' } };
  t.is(text('{{.metadata.database-postgresql-standard.default_port2}}', 'plain', {}, { metadata }), '5432');
});

test('an entry of a list is read by its number, and by nothing else', (t) => {
  t.is(text('{{.current.ports.1}}', 'plain', { ports: [80, 443] }), '443');
  t.is(failure('{{.current.ports.length}}', 'plain', scope).code, 'undeclared-path');
  t.is(failure('{{.current.ports.01}}', 'plain', scope).code, 'undeclared-path');
});

test('references tell what is read where, and whether it may be absent', (t) => {
  const source =
    '{{.current.a.b}}{{upper(.output.x) | default .output.y}}{{#.output.z}}{{.output.z}}{{.system.uuid}}{{/.output.z}}';
  const found = references(template(source)).map(({ namespace, path, offset, length, ...flags }) => ({
    written: source.slice(offset, offset + length),
    path: [namespace, ...path].join('.'),
    ...flags,
  }));
  t.deepEqual(found, [
    { written: '.current.a.b', path: 'current.a.b', optional: false, inSection: false },
    { written: '.output.x', path: 'output.x', optional: true, inSection: false },
    { written: '.output.y', path: 'output.y', optional: false, inSection: false },
    { written: '.output.z', path: 'output.z', optional: true, inSection: false },
    { written: '.output.z', path: 'output.z', optional: true, inSection: true },
    { written: '.system.uuid', path: 'system.uuid', optional: false, inSection: true },
  ]);
});
