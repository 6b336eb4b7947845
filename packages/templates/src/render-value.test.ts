import test from 'ava';
import { scopeOf } from '../test/support.ts';
import { compileConfig, renderConfig, renderValue, type Target } from './index.ts';

const config = {
  endpoint: { url: 'https://h.example/v1/{{.current.name}}', method: 'POST' },
  headers: { 'x-name': '{{.current.name}}', authorization: 'Bearer {{.current.token}}' },
  body: { type: 'json', contentTemplate: '{"name":"{{.current.name}}","size":{{.current.size}}}' },
  variables: {
    size: '{{.current.size}}',
    ports: '{{.current.ports}}',
    label: 'n-{{.current.size}}',
    note: '{{.current.note}}',
  },
  retry: { attempts: 3 },
  'odd/key~': ['{{.current.name}}', 'constant', null],
};

const targets = (pointer: string): Target => {
  if (pointer === '/endpoint/url') return 'url';
  if (pointer.startsWith('/headers/')) return 'header';
  if (pointer === '/body/contentTemplate') return 'json';
  return pointer.startsWith('/variables/') ? 'value' : 'plain';
};

const scope = scopeOf(
  { name: 'a "b"', size: 5, ports: [80], token: 's3cret', note: null },
  { secrets: new Set(['current.token']) },
);

test('every string of a config is rendered for its place, everything else is left as it is', (t) => {
  const result = renderValue(config, targets, scope);
  if (!result.ok) return t.fail(JSON.stringify(result.error));
  t.deepEqual(result.value.value, {
    endpoint: { url: 'https://h.example/v1/a%20%22b%22', method: 'POST' },
    headers: { 'x-name': 'a "b"', authorization: 'Bearer s3cret' },
    body: { type: 'json', contentTemplate: '{"name":"a \\"b\\"","size":5}' },
    variables: { size: 5, ports: [80], label: 'n-5', note: null },
    retry: { attempts: 3 },
    'odd/key~': ['a "b"', 'constant', null],
  });
});

test('the masked tree differs from the one that is sent by its secrets alone', (t) => {
  const result = renderValue(config, targets, scope);
  if (!result.ok) return t.fail();
  const { value, masked, secret } = result.value;
  t.true(secret);
  t.deepEqual(JSON.parse(JSON.stringify(value).replace('s3cret', '••••')), masked);
  const plain = renderValue({ a: '{{.current.size}}' }, () => 'value', scope);
  t.true(plain.ok && plain.value.value === plain.value.masked && !plain.value.secret);
  t.deepEqual(
    renderValue(['{{.current.token}}'], () => 'value', scope),
    { ok: true, value: { value: ['s3cret'], masked: ['••••'], secret: true } },
  );
});

test('all errors come at once, each with the place of its string', (t) => {
  const bad = {
    a: '{{.current.nmae}}',
    'b/c~d': ['ok', '{{.output.x}}'],
    e: '{{.current.name}}',
    f: 'x{{.current.ports}}',
  };
  const result = renderValue(bad, (pointer) => (pointer === '/f' ? 'path' : 'plain'), scope);
  if (result.ok) return t.fail();
  t.deepEqual(
    result.error.map(({ pointer, code, offset }) => [pointer, code, offset]),
    [
      ['/a', 'undeclared-path', 2],
      ['/b~1c~0d/1', 'missing-output', 2],
      ['/f', 'unrepresentable', 1],
    ],
  );
});

test('all strings that can’t be templates come at once, before there are values', (t) => {
  const bad = { a: '{{.curent.name}}', b: '{"x":{{.current.name}}1}', '{{.current.name}}': 'x', c: '{{.current.name' };
  const result = compileConfig(bad, (pointer) => (pointer === '/b' ? 'json' : 'plain'));
  if (result.ok) return t.fail();
  t.deepEqual(
    result.error.map(({ pointer, code }) => [pointer, code]),
    [
      ['/a', 'unknown-namespace'],
      ['/b', 'misplaced-value'],
      ['/{{.current.name}}', 'template-in-key'],
      ['/c', 'unclosed-tag'],
    ],
  );
});

test('a compiled config lists its templates and what they read, and renders again and again', (t) => {
  const compiled = compileConfig(config, targets);
  if (!compiled.ok) return t.fail();
  t.is(compiled.value.templates.length, 9);
  t.deepEqual(
    compiled.value.references.filter(({ path }) => path[0] === 'size').map(({ pointer }) => pointer),
    ['/body/contentTemplate', '/variables/size', '/variables/label'],
  );
  const first = renderConfig(compiled.value, scope);
  const second = renderConfig(compiled.value, scopeOf({ ...scope.current, size: 6 }));
  t.deepEqual([first.ok, second.ok], [true, true]);
  t.notDeepEqual(first, second);
});

test('a key named __proto__ stays a key', (t) => {
  const result = renderValue(JSON.parse('{"__proto__":{"a":"{{.current.size}}"}}'), () => 'value', scope);
  t.is(result.ok && JSON.stringify(result.value.value), '{"__proto__":{"a":5}}');
});
