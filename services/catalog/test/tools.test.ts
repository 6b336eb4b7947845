import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  DataOf,
  diffCatalogVersions,
  getCatalogDocs,
  previewForm,
  testVariables,
  validateDocuments,
} from '@pao/contracts';
import test from 'ava';
import { createWorld } from './running-service.ts';

const DATABASE = 'catalog/databases/postgresql-standard.yaml';
const BUNDLE = 'bundles/webapp-standard.yaml';

const setUp = async (t: Parameters<typeof createWorld>[0]) => {
  const world = await createWorld(t);
  const replica = await world.start();
  const post = <Data>(path: string, body: unknown) =>
    replica.call<Data>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const read = (path: string) => readFile(join(world.folder, path), 'utf8');
  return { world, replica, post, read };
};

test('documents are judged together, and among those that are offered', async (t) => {
  const { post, read } = await setUp(t);
  const validate = (files: readonly object[], strict = false) =>
    post<DataOf<typeof validateDocuments>>('/tools/validate', { files, strict });
  const bundle = await read(BUNDLE);
  const good = await validate([{ path: BUNDLE, text: bundle }]);
  t.is(good.status, 200);
  t.deepEqual(good.body.data, { valid: true, documents: 1, findings: [] });
  const text = bundle.replace('catalogItem: compute-eks-application', 'catalogItem: compute-absent');
  const bad = await validate([{ path: BUNDLE, text }]);
  t.false(bad.body.data.valid);
  const [finding] = bad.body.data.findings;
  t.like(finding, { path: BUNDLE, code: 'COMPONENT_ITEM_UNKNOWN', severity: 'error' });
  t.true((finding?.line ?? 0) > 1);
  const older = await post<DataOf<typeof validateDocuments>>('/validate/catalog-item', {
    files: [{ path: 'catalog/x/y.yaml', text: 'a: [' }],
  });
  t.is(older.body.data.findings.length, 1);
});

test('a form is previewed from a text or of what is offered', async (t) => {
  const { post, read } = await setUp(t);
  const preview = (body: object) => post<DataOf<typeof previewForm>>('/tools/preview', body);
  const offered = await preview({ id: 'database-postgresql-standard' });
  t.is(offered.status, 200);
  const text = (await read(DATABASE)).replace('name: Cost centre', 'name: Who pays');
  const written = await preview({ text, path: DATABASE });
  t.is(written.body.data.fields.length, offered.body.data.fields.length);
  t.true(JSON.stringify(written.body.data.schema).includes('Who pays'));
  t.is((await preview({ id: 'database-absent' })).status, 404);
  t.is((await preview({})).status, 422);
  t.is((await preview({ text, id: 'database-postgresql-standard' })).status, 422);
  const broken = await preview({ text: text.replace('kind: CatalogItem', 'kind: CatalogThing') });
  t.is(broken.status, 422);
  t.regex(broken.body.error.details[0]?.issue ?? '', /^document\.yaml:\d+:\d+: error KIND_UNKNOWN/);
});

test('the variables of an item and of a bundle are tried out', async (t) => {
  const { post, read } = await setUp(t);
  const tryOut = (body: object) => post<DataOf<typeof testVariables>>('/tools/test-variables', body);
  const item = await tryOut({ id: 'database-postgresql-standard', input: { name: 'orders-db' } });
  t.is(item.status, 200);
  const [step] = item.body.data.steps;
  t.like(step, { id: 'create-database', type: 'rest-api', runs: true, faults: [] });
  t.true(
    step?.variables.some(
      ({ path, namespace, value }) => path === '.current.name' && namespace === 'current' && value === 'orders-db',
    ),
  );
  const bundle = await tryOut({
    text: await read(BUNDLE),
    input: { name: 'shop', application: { image: 'registry.example.com/shop:1' } },
    mode: 'manual',
  });
  t.is(bundle.status, 200, JSON.stringify(bundle.body));
  t.true(bundle.body.data.steps.length > 2);
  t.true(bundle.body.data.steps.every(({ type }) => type === 'jira-ticket'));
  const refused = await tryOut({ id: 'database-postgresql-standard', input: { name: 'Orders' } });
  t.is(refused.status, 422);
  t.is(refused.body.error.details[0]?.field, 'input.name');
});

test('hostile texts are told from one another, and none takes the service down', async (t) => {
  const { post, replica } = await setUp(t);
  for (const text of [
    '['.repeat(20_000),
    `a: &a [x]\n${Array.from({ length: 2_000 }, () => '- *a').join('\n')}`,
    'a: 1\na: 2',
    '!!js/function "x"',
    'a: 1\n---\nb: 2',
    '\ufeffa: 1',
    '__proto__: { x: 1 }',
    'x'.repeat(300 * 1024),
    '',
  ]) {
    const { status, body } = await post<DataOf<typeof validateDocuments>>('/tools/validate', {
      files: [{ path: 'catalog/a/b.yaml', text }],
    });
    t.is(status, 200, text.slice(0, 20));
    t.is(body.data.findings.length, 1, text.slice(0, 20));
  }
  t.is((await replica.list()).status, 200);
});

test('two versions are compared, the newest with the one before unless told otherwise', async (t) => {
  const { world, replica, read } = await setUp(t);
  const diff = (query = '') =>
    replica.call<DataOf<typeof diffCatalogVersions>>(`/catalog/database-postgresql-standard/diff${query}`);
  t.is((await diff()).status, 404);
  const text = await read(DATABASE);
  await world.write(DATABASE, text.replace('max: 1000', 'max: 500').replace('version: 1.0.0', 'version: 1.1.0'));
  await replica.refresh();
  const { status, body } = await diff();
  t.is(status, 200);
  t.like(body.data, {
    breaking: true,
    needs: 'major',
    versionRight: false,
    from: { version: '1.0.0' },
    to: { version: '1.1.0' },
  });
  t.deepEqual(body.data.changes.map(({ path }) => path).toSorted(), [
    'input.form.groups.database.fields.storageGb.validation.max',
    'metadata.version',
  ]);
  const back = await diff(`?from=${body.data.to.revision}&to=${body.data.from.revision}`);
  t.false(back.body.data.breaking);
  t.is((await diff('?from=999999')).status, 404);
  t.is((await diff('?from=x')).status, 400);
});

test('what is offered documents itself, a bundle with its components', async (t) => {
  const { replica } = await setUp(t);
  const docs = async (id: string) =>
    (await replica.call<DataOf<typeof getCatalogDocs>>(`/catalog/${id}/docs`)).body.data;
  const item = await docs('database-postgresql-standard');
  t.regex(item.markdown, /PostgreSQL database[\s\S]*instanceClass[\s\S]*Create the database/);
  const bundle = await docs('bundle-webapp-standard');
  t.like(bundle.description, { kind: 'CatalogBundle' });
  t.regex(bundle.markdown, /Create the database/);
  t.is((await replica.get('/catalog/database-absent/docs')).status, 404);
});

test('a document for other teams is nowhere to be found', async (t) => {
  const { world, replica, post, read } = await setUp(t);
  const text = await read(DATABASE);
  const restrict = async (teams: string) => {
    await world.write(DATABASE, `${text}\npolicy: { visibility: { teams: [${teams}] } }\n`);
    await replica.refresh();
  };
  const id = 'database-postgresql-standard';
  const statuses = async () => {
    const paths = ['', '/form', '/docs', '/versions', '/diff'].map((part) => `/catalog/${id}${part}`);
    const read = await Promise.all(paths.map(async (path) => (await replica.get(path)).status));
    const tools = [await post('/tools/preview', { id }), await post('/tools/test-variables', { id, input: {} })];
    return [...read, ...tools.map(({ status }) => status)];
  };
  const listed = async () => (await replica.list('?category=databases')).body.data.map((entry) => entry.id);
  await restrict('payments');
  t.deepEqual(await listed(), [id]);
  t.deepEqual(await statuses(), [200, 200, 200, 200, 200, 200, 422]);
  await restrict('finance');
  t.deepEqual(await listed(), []);
  t.deepEqual(await statuses(), [404, 404, 404, 404, 404, 404, 404]);
  const { body } = await replica.get('/catalog/categories');
  t.false(JSON.stringify(body.data).includes('databases'));
});
