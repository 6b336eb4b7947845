import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { bundleText, folderOf, itemText, runOffline, write, wrongText } from '../catalog-files/catalog.fixture.ts';

const TESTS = 'tests/redis.test.yaml';
const files = {
  'catalog/databases/redis.yaml': itemText(),
  'bundles/cache.yaml': bundleText(),
  [TESTS]: 'document: database-redis-small\ntests:\n  - { name: a cache, input: { name: sessions } }\n',
};

test('golden tests fail until they are recorded, and pass then', async (t) => {
  const folder = await folderOf(t, files);
  const before = await runOffline(['catalog', 'test', folder]);
  t.is(before.code, 1);
  t.regex(before.out, /failed: tests\/redis\.test\.yaml › a cache[\s\S]*--update[\s\S]*0 passed, 1 failed/);
  const update = await runOffline(['catalog', 'test', folder, '--update']);
  t.is(update.code, 0, update.out);
  t.regex(update.out, /1 updated/);
  t.regex(await readFile(join(folder, TESTS), 'utf8'), /summaryTemplate: .*sessions/);
  const after = await runOffline(['catalog', 'test', folder]);
  t.is(after.code, 0, after.out);
  t.regex(after.out, /^1 passed, 0 failed/);
});

test('a change of the document fails its test, and says what differs', async (t) => {
  const folder = await folderOf(t, files);
  await runOffline(['catalog', 'test', folder, '--update']);
  await write(folder, { 'catalog/databases/redis.yaml': itemText().replace('project: DBA', 'project: OPS') });
  const { code, out } = await runOffline(['catalog', 'test', folder]);
  t.is(code, 1);
  t.regex(out, /actions\[0\]\.payload\.ticket\.project: expected "DBA", got "OPS"/);
});

test('fixtures are judged as documents of the catalog', async (t) => {
  const folder = await folderOf(t, {
    ...files,
    [TESTS]:
      'document: database-redis-small\ntests: [{ name: refused, input: {}, expect: { errors: [{ field: name, code: REQUIRED }] } }]\n',
    'tests/valid/other.yaml': itemText('database-redis-other'),
    'tests/invalid/wrong.yaml': wrongText('database-redis-wrong'),
    'tests/invalid/wrong.expected.yaml': '- { code: FIELD_TYPE_UNKNOWN, line: 17 }\n',
  });
  const { code, out } = await runOffline(['catalog', 'test', folder]);
  t.is(code, 0, out);
  t.regex(out, /^3 passed/);
  await write(folder, { 'tests/invalid/wrong.expected.yaml': '- { code: ID_NOT_UNIQUE }\n' });
  const wrong = await runOffline(['catalog', 'test', folder]);
  t.is(wrong.code, 1);
  t.regex(wrong.out, /not found: ID_NOT_UNIQUE[\s\S]*not expected: line 17: FIELD_TYPE_UNKNOWN/);
});

test('a single test file can be named', async (t) => {
  const folder = await folderOf(t, { ...files, 'tests/broken.test.yaml': 'a: [' });
  t.regex((await runOffline(['catalog', 'test', folder])).out, /broken\.test\.yaml › the file/);
  const { out } = await runOffline(['catalog', 'test', join(folder, TESTS), '--update']);
  t.regex(out, /^updated: tests\/redis/);
  t.false(out.includes('broken'));
});

test('a folder without tests or without a catalog is exit code 2', async (t) => {
  const folder = await folderOf(t, { 'catalog/databases/redis.yaml': itemText() });
  const { code, error } = await runOffline(['catalog', 'test', folder]);
  t.is(code, 2);
  t.regex(error, /no tests found/);
  const nothing = await folderOf(t, { 'readme.md': 'x' });
  t.is((await runOffline(['catalog', 'test', nothing])).code, 2);
});

test('a hundred cases of a bundle run', async (t) => {
  const cases = Array.from({ length: 100 }, (_, index) => `  - { name: case ${index}, input: { name: cachex } }`);
  const folder = await folderOf(t, {
    ...files,
    [TESTS]: `document: bundle-cache-standard\ntests:\n${cases.join('\n')}\n`,
  });
  await runOffline(['catalog', 'test', folder, '--update']);
  t.regex((await runOffline(['catalog', 'test', folder])).out, /^100 passed, 0 failed/);
});

test('test variables renders every action and names the source of each value', async (t) => {
  const folder = await folderOf(t, files);
  const file = join(folder, 'catalog/databases/redis.yaml');
  const { code, out } = await runOffline(['test', 'variables', file, '--set', 'name=sessions']);
  t.is(code, 0, out);
  t.regex(out, /\/ticket\/summaryTemplate\s+\.current\.name\s+current\s+"sessions"/);
  const refused = await runOffline(['test', 'variables', file, '--set', 'name=S!']);
  t.is(refused.code, 1);
  t.regex(refused.error, /^name /);
  const json = await runOffline(['test', 'variables', file, '--set', 'name=sessions', '-o', 'json']);
  t.like(JSON.parse(json.out), { input: { name: 'sessions' }, steps: [{ type: 'jira-ticket' }] });
});

test('test variables takes a bundle, an input file in YAML and answers', async (t) => {
  const folder = await folderOf(t, { ...files, 'input.yaml': 'name: shopcache\n', 'broken.yaml': 'name: [\n' });
  const bundle = join(folder, 'bundles/cache.yaml');
  const { code, out, error } = await runOffline(['test', 'variables', bundle, '--input', join(folder, 'input.yaml')]);
  t.is(code, 0, error);
  t.regex(out, /shopcache/);
  const broken = await runOffline(['test', 'variables', bundle, '--input', join(folder, 'broken.yaml')]);
  t.is(broken.code, 2);
  t.regex(broken.error, /broken\.yaml:\d+:\d+: /);
  t.is((await runOffline(['test', 'variables', folder])).code, 2);
});
