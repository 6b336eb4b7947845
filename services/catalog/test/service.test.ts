import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogItemPublishedV1, catalogSyncCompletedV1, decodeMessage, operations } from '@pao/contracts';
import test from 'ava';
import { createWorld, eventually } from './running-service.ts';

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';

test('a service that has started offers what its folder holds', async (t) => {
  const { start, folder } = await createWorld(t);
  const { list, sync } = await start();
  const { status, body } = await list();
  t.is(status, 200);
  t.deepEqual(
    body.data.map(({ id, kind, mode }) => `${id} ${kind} ${mode}`),
    [
      'bundle-webapp-standard CatalogBundle null',
      'compute-eks-application CatalogItem automatic',
      'database-postgresql-standard CatalogItem automatic',
      'security-parameterstore-standard CatalogItem automatic',
    ],
  );
  t.deepEqual(body.pagination, { nextCursor: null, hasMore: false });
  t.like(await sync(), { state: 'succeeded', source: folder, revision: 4, documents: 4, failure: null, findings: [] });
});

test('answers keep to their contracts', async (t) => {
  const { start } = await createWorld(t);
  const { list, get, sync } = await start();
  operations.listCatalog.data.parse((await list()).body.data);
  operations.getCatalogItem.data.parse((await get('/catalog/bundle-webapp-standard')).body.data);
  operations.getCatalogForm.data.parse((await get('/catalog/compute-eks-application/form')).body.data);
  operations.getCatalogSync.data.parse(await sync());
  t.pass();
});

test('filters, search, order and cursors of the list', async (t) => {
  const { start } = await createWorld(t);
  const { list } = await start();
  const ids = async (query: string): Promise<readonly string[]> => (await list(query)).body.data.map(({ id }) => id);
  t.deepEqual(await ids('?category=security'), ['security-parameterstore-standard']);
  t.deepEqual(await ids('?kind=CatalogBundle'), ['bundle-webapp-standard']);
  t.deepEqual(await ids('?owner=platform-compute&mode=automatic&tag=eks'), ['compute-eks-application']);
  t.deepEqual(await ids('?q=managed+POSTGRESQL'), ['database-postgresql-standard']);
  t.deepEqual(await ids('?mode=manual'), []);
  const first = await list('?limit=3&sort=name');
  t.true(first.body.pagination.hasMore);
  const second = await list(`?limit=3&sort=name&cursor=${first.body.pagination.nextCursor}`);
  t.deepEqual(
    [...first.body.data, ...second.body.data].map(({ name }) => name),
    ['EKS application', 'Parameter Store path', 'PostgreSQL database', 'Web application with database'],
  );
});

test('a sparse answer has the members that were asked for', async (t) => {
  const { start } = await createWorld(t);
  const { list } = await start();
  const { body } = await list('?fields=id,version&limit=1');
  t.deepEqual<unknown, unknown>(body.data, [{ id: 'bundle-webapp-standard', version: '1.0.0' }]);
});

test('a malformed query is refused', async (t) => {
  const { start } = await createWorld(t);
  const { list } = await start();
  const cursor = (await list('?limit=1&sort=name')).body.pagination.nextCursor;
  const queries = [
    'fields=id,secret',
    'fields=',
    'sort=x',
    `cursor=${cursor}`,
    'cursor=abc',
    'limit=0',
    'kind=x',
    'x=1',
  ];
  for (const query of queries) {
    const { status, body } = await list(`?${query}`);
    t.is(status, 400, query);
    t.is(body.error.code, 'INVALID_REQUEST', query);
  }
});

test('what is not offered is not found', async (t) => {
  const { start } = await createWorld(t);
  const { get } = await start();
  for (const path of ['/catalog/absent', '/catalog/items/absent', '/catalog/absent/form']) {
    const { status, body } = await get(path);
    t.is(status, 404, path);
    t.is(body.error.code, 'NOT_FOUND', path);
  }
  t.is((await get('/catalog/Not-An-Id')).status, 400);
});

test('an item has its whole document, a form its schema; the older paths answer the same', async (t) => {
  const { start } = await createWorld(t);
  const { get } = await start();
  const item = await get('/catalog/database-postgresql-standard');
  t.like(item.body.data, {
    id: 'database-postgresql-standard',
    owner: { team: 'platform-databases', contact: 'platform-databases@example.com' },
    document: { kind: 'CatalogItem', metadata: { engine: 'postgres' } },
  });
  t.deepEqual((await get('/catalog/items/database-postgresql-standard')).body, item.body);
  const form = await get('/catalog/database-postgresql-standard/form');
  t.like(form.body.data, { id: 'database-postgresql-standard', version: '1.0.0', schema: { type: 'object' } });
  t.deepEqual((await get('/catalog/items/database-postgresql-standard/schema')).body, form.body);
});

test('a client that has the answer is told so, until it changes', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const { get, refresh } = await start();
  const paths = ['/catalog?limit=2', '/catalog/compute-eks-application', '/catalog/compute-eks-application/form'];
  const tags: string[] = [];
  for (const path of paths) {
    const tag = (await get(path)).headers.get('etag') ?? '';
    t.is((await get(path, { 'if-none-match': tag })).status, 304, path);
    tags.push(tag);
  }
  const text = await readFile(join(folder, 'catalog/compute/eks-application.yaml'), 'utf8');
  await write('catalog/compute/eks-application.yaml', text.replace('EKS application', 'EKS service'));
  await refresh();
  for (const [index, path] of paths.entries()) {
    t.is((await get(path, { 'if-none-match': tags[index] ?? '' })).status, 200, path);
  }
});

test('each document is sent to its consumers, then that the sync is complete', async (t) => {
  const { start, bus } = await createWorld(t);
  const { sync } = await start();
  const seen: string[] = [];
  await eventually(
    async () => {
      const request = { queue: 'request-inbox', max: 10, waitSeconds: 0, visibilitySeconds: 30 };
      const messages = await bus.receive(request);
      for (const { type, body } of messages) {
        if (type === catalogItemPublishedV1.type) seen.push(decodeMessage(catalogItemPublishedV1, body).data.id);
        else seen.push(`complete ${decodeMessage(catalogSyncCompletedV1, body).data.revision}`);
      }
      await bus.delete(
        'request-inbox',
        messages.map(({ receipt }) => receipt),
      );
    },
    () => seen.length === 5,
  );
  t.is(seen.filter((id) => !id.startsWith('complete')).length, 4);
  t.true(seen.includes(`complete ${(await sync()).revision}`));
});

test('an edit of the folder is noticed without being asked', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const { get, list } = await start();
  const text = await readFile(join(folder, POSTGRESQL), 'utf8');
  await write(POSTGRESQL, text.replace('version: 1.0.0', 'version: 1.1.0'));
  await eventually(
    () => get('/catalog/database-postgresql-standard'),
    ({ body }) => body.data['version'] === '1.1.0',
  );
  await rm(join(folder, 'bundles/webapp-standard.yaml'));
  await eventually(list, ({ body }) => body.data.length === 3);
  t.is((await get('/catalog/bundle-webapp-standard')).status, 404);
});

test('a broken file is listed with its place, and its last good version and the rest keep serving', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const { get, list, refresh } = await start();
  const text = await readFile(join(folder, POSTGRESQL), 'utf8');
  await write(POSTGRESQL, text.replace('name: PostgreSQL database', 'name: [PostgreSQL database'));
  const { status, body } = await refresh();
  t.is(status, 200);
  t.like(body.data, { state: 'succeeded', documents: 4 });
  t.is(body.data.findings.length, 1);
  const [finding] = body.data.findings;
  t.like(finding, { path: POSTGRESQL, severity: 'error' });
  t.true((finding?.line ?? 0) > 1 && (finding?.column ?? 0) >= 1);
  t.is((await list()).body.data.length, 4);
  t.like((await get('/catalog/database-postgresql-standard')).body.data, { name: 'PostgreSQL database' });
  await write(POSTGRESQL, text);
  t.deepEqual((await refresh()).body.data.findings, []);
});

test('files of every hostile kind are findings, and the rest keeps serving', async (t) => {
  const { start, write, folder } = await createWorld(t);
  const { list, refresh } = await start();
  const good = await readFile(join(folder, POSTGRESQL), 'utf8');
  const named = (id: string): string => good.replaceAll('database-postgresql-standard', id);
  const files = {
    'bom.yaml': `\ufeff${named('database-bom')}`,
    'bomb.yaml': `a: &a [x]\n${Array.from({ length: 200 }, (_, index) => `k${index}: *a`).join('\n')}`,
    'deep.yaml': `a: ${'['.repeat(20_000)}`,
    'duplicate.yaml': named('database-duplicate').replace('kind:', 'kind: CatalogItem\nkind:'),
    'huge.yaml': `# ${'x'.repeat(300 * 1024)}`,
    'invalid.yaml': Buffer.from([0x61, 0xff, 0xfe]),
    'nul.yaml': named('database-nul').replace('name: PostgreSQL database', 'name: "a\\0b"'),
    'prototype.yaml': named('database-prototype').replace('engine: postgres', '__proto__: { a: 1 }'),
    'surrogate.yaml': named('database-surrogate').replace('name: PostgreSQL database', 'name: "a\\ud800b"'),
    'tag.yaml': named('database-tag').replace('name: PostgreSQL database', 'name: !!js/function x'),
    'twin.yaml': good,
    'two.yaml': `${named('database-two')}---\n${good}`,
  };
  for (const [name, content] of Object.entries(files)) await write(`catalog/databases/${name}`, content);
  const { body } = await refresh();
  const errors = new Set(body.data.findings.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  for (const name of Object.keys(files)) t.true(errors.has(`catalog/databases/${name}`), name);
  t.is((await list()).body.data.length, 4);
});

test('a folder that is gone is said, and what was read last keeps serving, also after a restart', async (t) => {
  const { start, folder } = await createWorld(t);
  const first = await start();
  await rename(folder, `${folder}-gone`);
  t.teardown(() => rm(`${folder}-gone`, { recursive: true, force: true }));
  const { body } = await first.refresh();
  t.like(body.data, { state: 'failed', failure: `${folder} does not exist`, documents: 4 });
  const second = await start();
  t.is((await second.list()).body.data.length, 4);
  t.is((await second.sync()).state, 'failed');
  await rename(`${folder}-gone`, folder);
  t.like((await second.refresh()).body.data, { state: 'succeeded', failure: null });
});

test('a second start of an unchanged catalog gives out no revision', async (t) => {
  const { start } = await createWorld(t);
  const first = await (await start()).sync();
  const second = await (await start()).sync();
  t.is(second.revision, first.revision);
  t.is(second.commit, first.commit);
});
