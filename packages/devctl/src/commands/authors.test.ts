import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseDocument } from '@pao/documents';
import test, { type ExecutionContext } from 'ava';
import { bundleText, folderOf, itemText, runOffline, write, wrongText } from '../catalog-files/catalog.fixture.ts';

const ITEM = 'catalog/databases/redis.yaml';
const BUNDLE = 'bundles/cache.yaml';
const right = { [ITEM]: itemText(), [BUNDLE]: bundleText(), '.github/CODEOWNERS': '* @example/all\n' };

/** An API that offers these documents, and nothing else. */
const apiOf = async (t: ExecutionContext, documents: Readonly<Record<string, unknown>>): Promise<string> => {
  const server = createServer((request, response) => {
    const id = (request.url ?? '').split('/').at(-1) ?? '';
    const found = documents[id];
    const entry = { id, kind: 'CatalogItem', name: id, description: '', version: '1.0.0', category: 'c', owner: null };
    const more = { mode: null, tags: [], hash: 'h', publishedAt: '2026-01-01T00:00:00.000Z', commit: 'c' };
    const error = { code: 'NOT_FOUND', message: 'There is none.', details: [], correlation_id: 'c', trace_id: 't' };
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        found === undefined
          ? { error: { ...error, retryable: false, doc_url: 'd' } }
          : { data: { ...entry, ...more, document: found } },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const parsed = (text: string): unknown => parseDocument(text, { path: 'document.yaml' }).document;

test('a form is previewed as text, as JSON and as a page', async (t) => {
  const folder = await folderOf(t, right);
  const file = join(folder, ITEM);
  const text = await runOffline(['preview', 'form', file]);
  t.is(text.code, 0, text.error);
  t.regex(text.out, /Cache name {2}\[name\] {2}string, required[\s\S]*Size {2}\[basic\.size\] {2}number, optional/);
  const json = JSON.parse((await runOffline(['preview', 'form', file, '--output', 'json'])).out) as object;
  t.deepEqual(Object.keys(json), ['schema', 'uiSchema', 'fields']);
  const html = join(folder, 'form.html');
  t.is((await runOffline(['preview', 'form', file, '--html', html])).code, 0);
  t.regex(await readFile(html, 'utf8'), /^<!doctype html>[\s\S]*Content-Security-Policy[\s\S]*field-basic\.size/);
  t.is((await runOffline(['preview', 'form', file, '--html', join(folder, 'no/such')])).code, 2);
});

test('a document with errors is not previewed: they are said, and the exit code is 1', async (t) => {
  const folder = await folderOf(t, { ...right, [ITEM]: wrongText() });
  const { code, out, error } = await runOffline(['preview', 'form', join(folder, ITEM)]);
  t.is(code, 1);
  t.is(out, '');
  t.regex(error, /redis\.yaml:17:\d+: error FIELD_TYPE_UNKNOWN/);
  t.is((await runOffline(['preview', 'form', join(folder, BUNDLE)])).code, 0);
});

test('what cannot be previewed says why, with exit code 2', async (t) => {
  const folder = await folderOf(t, right);
  for (const [args, reason] of [
    [['preview', 'form', folder], /holds several documents/],
    [['preview', 'form', join(folder, 'absent.yaml')], /does not exist/],
    [['preview', 'form', 'database-redis-small'], /no answer[\s\S]*is PAO running/],
    [['--output', 'sarif', 'preview', 'form', join(folder, ITEM)], /--output sarif is a format of devctl validate/],
  ] as const) {
    const { code, error } = await runOffline(args);
    t.is(code, 2, error);
    t.regex(error, reason);
  }
});

test('with an id the API is asked, and a component it does not offer is no obstacle', async (t) => {
  const both = {
    'database-redis-small': parsed(itemText()),
    'bundle-cache-standard': parsed(bundleText()),
    'bundle-of-retired': parsed(bundleText('database-gone-small')),
    broken: { kind: 'CatalogItem' },
  };
  const url = await apiOf(t, both);
  const ask = (...args: readonly string[]) => runOffline(['--url', url, ...args]);
  t.regex((await ask('preview', 'form', 'database-redis-small')).out, /^Redis cache \(database-redis-small 1\.0\.0\)/);
  t.regex((await ask('catalog', 'docs', 'bundle-cache-standard')).out, /### 1\. cache: Redis cache/);
  t.regex((await ask('catalog', 'docs', 'bundle-of-retired')).out, /not known here/);
  const broken = await ask('preview', 'form', 'broken');
  t.is(broken.code, 2);
  t.regex(broken.error, /no document that this devctl knows: /);
  t.is((await ask('preview', 'form', 'unknown')).code, 1);
});

test('documentation of a file is Markdown or data, with the owners that CODEOWNERS names', async (t) => {
  const folder = await folderOf(t, right);
  const markdown = await runOffline(['catalog', 'docs', join(folder, BUNDLE)]);
  t.is(markdown.code, 0, markdown.error);
  t.regex(markdown.out, /^# A cache and nothing else\n[\s\S]*@example\/all[\s\S]*### 1\. cache: Redis cache/);
  const data = await runOffline(['--output', 'json', 'catalog', 'docs', join(folder, ITEM)]);
  t.like(JSON.parse(data.out), { id: 'database-redis-small', codeowners: ['@example/all'], mode: 'manual' });
});

test('documentation of a folder is a page for each document and an index, and is renewed', async (t) => {
  const folder = await folderOf(t, right);
  const out = join(folder, 'docs/catalog');
  const unnamed = await runOffline(['catalog', 'docs', folder]);
  t.is(unnamed.code, 2);
  t.regex(unnamed.error, /--out/);
  t.is((await runOffline(['catalog', 'docs', folder, '--out', out])).code, 0);
  const pages = ['README.md', 'bundle-cache-standard.md', 'database-redis-small.md'];
  t.deepEqual((await readdir(out)).toSorted(), pages);
  t.regex(await readFile(join(out, 'README.md'), 'utf8'), /\[Redis cache\]\(database-redis-small\.md\)/);
  await write(folder, { [ITEM]: itemText().replace('name: Redis cache', 'name: Valkey cache') });
  t.is((await runOffline(['catalog', 'docs', folder, '--out', out])).code, 0);
  t.regex(await readFile(join(out, 'database-redis-small.md'), 'utf8'), /# Valkey cache/);
  t.is((await runOffline(['--output', 'json', 'catalog', 'docs', folder, '--out', out])).code, 0);
  t.is((JSON.parse(await readFile(join(out, 'catalog.json'), 'utf8')) as unknown[]).length, 2);
});

test('pages that somebody wrote are not replaced, and ids that occur twice are refused', async (t) => {
  const folder = await folderOf(t, { ...right, 'README.md': 'mine' });
  const { code, error } = await runOffline(['catalog', 'docs', folder, '--out', folder]);
  t.is(code, 2);
  t.regex(error, /README\.md is not a generated page/);
  t.deepEqual((await readdir(folder)).toSorted(), ['.github', 'README.md', 'bundles', 'catalog']);
  await write(folder, { 'catalog/databases/again.yaml': itemText() });
  const twice = await runOffline(['catalog', 'docs', folder, '--out', join(folder, 'docs')]);
  t.is(twice.code, 2);
  t.regex(twice.error, /two documents have the id database-redis-small/);
});
