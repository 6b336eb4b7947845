import test from 'ava';
import { failure, rendered, scopeOf, template, text } from '../test/support.ts';
import { type Scope, SYSTEM_PATHS, traceSources } from './index.ts';

const scope: Scope = {
  current: { name: 'orders', basic: { storageGb: 50 }, upload: { name: 'a.txt' }, extra: 'undeclared' },
  output: { endpoint: 'https://h/', connection: { host: 'h' }, empty: null },
  metadata: { 'database-postgresql-standard': { defaultPort: '5432' } },
  system: { requestId: 'r1', user: { name: 'Zoë' } },
  declared: new Set(['name', 'basic.storageGb', 'note', 'advanced.region', 'upload']),
};

const GIVEN: readonly (readonly [source: string, gives: string])[] = [
  ['{{.current.name}}', 'orders'],
  ['{{.current.note}}', ''],
  ['{{.current.advanced.region}}', ''],
  ['{{.current.advanced}}', ''],
  ['{{.current.basic}}', '{"storageGb":50}'],
  ['{{.current.upload.name}}', 'a.txt'],
  ['{{.current.note | default "none"}}', 'none'],
  ['{{#.current.note}}x{{/.current.note}}', ''],
  ['{{.output.connection.host}}', 'h'],
  ['{{.output.empty}}', ''],
  ['{{.output.nothing | default "none"}}', 'none'],
  ['{{.output.nothing | upper | default "none"}}', 'none'],
  ['{{#.output.nothing}}{{.output.nothing}}{{/.output.nothing}}', ''],
  ['{{^.output.nothing}}not yet{{/.output.nothing}}', 'not yet'],
  ['{{.metadata.database-postgresql-standard.defaultPort}}', '5432'],
  ['{{.system.bundleId}}', ''],
  ['{{.system.user.email}}', ''],
];

for (const [source, gives] of GIVEN) {
  test(`${source} reads ${JSON.stringify(gives)}`, (t) => {
    t.is(rendered(source, 'plain', scope).text, gives);
  });
}

const REFUSED: readonly (readonly [source: string, code: string, hint: string | undefined])[] = [
  ['{{.current.nmae}}', 'undeclared-path', 'did you mean .current.name?'],
  ['{{.current.nmae | default "x"}}', 'undeclared-path', 'did you mean .current.name?'],
  ['{{#.current.nmae}}x{{/.current.nmae}}', 'undeclared-path', 'did you mean .current.name?'],
  ['{{.current.basic.storage}}', 'undeclared-path', 'did you mean .current.basic.storageGb?'],
  ['{{.current.extra}}', 'undeclared-path', undefined],
  ['{{.current.name.length}}', 'undeclared-path', undefined],
  ['{{.current.upload.size}}', 'undeclared-path', undefined],
  ['{{.current.toString}}', 'undeclared-path', undefined],
  ['{{.output.nothing}}', 'missing-output', 'if it may be absent, add: | default ""'],
  ['{{.output.connection.port}}', 'missing-output', 'if it may be absent, add: | default ""'],
  ['{{concat(.output.nothing, "x")}}', 'missing-output', 'if it may be absent, add: | default ""'],
  [
    '{{.metadata.database-postgresql-standard.defaultPrt}}',
    'undeclared-path',
    'did you mean .metadata.database-postgresql-standard.defaultPort?',
  ],
  ['{{.metadata.other.defaultPort}}', 'undeclared-path', undefined],
  ['{{.system.usr.email}}', 'undeclared-path', 'did you mean .system.user.email?'],
  ['{{.system.secret}}', 'undeclared-path', undefined],
];

for (const [source, code, hint] of REFUSED) {
  test(`${source} is refused as ${code}`, (t) => {
    const error = failure(source, 'plain', scope);
    t.is(error.code, code as typeof error.code);
    t.is(error.hint, hint);
    t.true(source.slice(error.offset, error.offset + error.length).startsWith('.'));
  });
}

test('only own properties are read, also of values that come with a prototype', (t) => {
  const inherited = Object.create({ name: 'inherited' }) as Record<string, never>;
  t.is(failure('{{.current.name}}', 'plain', scopeOf(inherited)).code, 'undeclared-path');
  const own = JSON.parse('{"x":{"__proto__":{"name":"y"}}}');
  t.is(failure('{{.current.x.name}}', 'plain', scopeOf(own)).code, 'undeclared-path');
});

test('what is no JSON value is refused, not called and not dropped', (t) => {
  for (const value of [() => 'called', Symbol('s'), 10n, Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const target of ['plain', 'json'] as const) {
      t.is(failure('{{.current.x}}', target, scopeOf({ x: value as never })).code, 'bad-value');
    }
  }
});

test('a value with tags in it is not read as a template', (t) => {
  t.is(text('{{.current.a}}{{{{.current.a}}'.slice(0, 14), 'plain', { a: '{{.current.b}}', b: 'x' }), '{{.current.b}}');
});

test('the item of a section hides nothing and reads nothing around it', (t) => {
  const current = { list: [{ name: 'a' }, { name: 'b', note: null }], name: 'outer' };
  t.is(text('{{#.current.list}}{{name}}-{{.current.name}} {{/.current.list}}', 'plain', current), 'a-outer b-outer ');
  t.is(text('{{#.current.list}}{{note | default "none"}} {{/.current.list}}', 'plain', current), 'none none ');
  t.is(failure('{{#.current.list}}{{other}}{{/.current.list}}', 'plain', scopeOf(current)).code, 'missing-value');
});

test('every path the list of system paths names may be left empty', (t) => {
  for (const path of SYSTEM_PATHS) t.is(text(`{{.system.${path}}}`, 'plain', {}), '');
});

const secrets = new Set(['current.admin.password', 'output.token']);
const secretScope: Scope = {
  ...scopeOf({ admin: { password: 's3cret', name: 'root' }, on: true }),
  output: { token: 't0ken' },
  secrets,
};

const MASKED: readonly (readonly [source: string, text: string, masked: string])[] = [
  ['a {{.current.admin.password}} b', 'a s3cret b', 'a •••• b'],
  ['{{.current.admin.name}}', 'root', 'root'],
  ['{{.current.admin.password | upper | truncate 2}}', 'S3', '••••'],
  ['{{concat("x-", .current.admin.password)}}', 'x-s3cret', '••••'],
  ['{{.current.admin.name | default .current.admin.password}}', 'root', '••••'],
  ['{{.current.admin | json}}', '{"password":"s3cret","name":"root"}', '••••'],
  ['{{#.current.admin}}{{password}}{{/.current.admin}}', 's3cret', '••••'],
  ['{{#.output.token}}<{{.}}>{{/.output.token}}', '<t0ken>', '<••••>'],
  ['{{.output.token | length}} {{.current.on}}', '5 true', '•••• true'],
];

for (const [source, expected, masked] of MASKED) {
  test(`${source} masks what stems from a secret`, (t) => {
    const { text: sent, masked: shown, secret } = rendered(source, 'plain', secretScope);
    t.deepEqual({ sent, shown, secret }, { sent: expected, shown: masked, secret: expected !== masked });
  });
}

test('errors never quote a value', (t) => {
  for (const [source, target] of [
    ['{{.current.admin.password | number}}', 'plain'],
    ['{{.current.admin.password}}', 'path'],
    ['{"a":{{.current.admin.password}} 1}', 'json'],
  ] as const) {
    const error = failure(source, target, scopeOf({ admin: { password: '../s3cret' } }, { secrets }));
    t.notRegex(JSON.stringify(error), /s3cret/);
  }
});

test('a trace tells where each value comes from, secrets masked', (t) => {
  const sources = traceSources(
    template('{{.current.admin.name}} {{.output.token}} {{.output.x}} {{.system.uuid}}'),
    secretScope,
  );
  t.deepEqual(
    sources.map(({ path, value, error }) => [path, value, error?.code]),
    [
      ['.current.admin.name', 'root', undefined],
      ['.output.token', '••••', undefined],
      ['.output.x', null, 'missing-output'],
      ['.system.uuid', null, undefined],
    ],
  );
});
