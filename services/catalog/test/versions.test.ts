import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogVersion, operations } from '@pao/contracts';
import test from 'ava';
import { createWorld } from './running-service.ts';

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';
const PATH = '/catalog/database-postgresql-standard/versions';

test('the versions of an item are listed and readable, also once it is retired and when it returns', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const { call, get, refresh } = await start();
  const text = await readFile(join(folder, POSTGRESQL), 'utf8');
  const versions = async () => {
    const { body } = await call<readonly CatalogVersion[]>(PATH);
    return operations.listCatalogVersions.data.parse(body.data);
  };
  const told = async () => (await versions()).map(({ version, state }) => `${version} ${state}`);
  t.deepEqual(await told(), ['1.0.0 offered']);
  await write(POSTGRESQL, text.replace('version: 1.0.0', 'version: 1.1.0'));
  await refresh();
  t.deepEqual(await told(), ['1.1.0 offered', '1.0.0 replaced']);
  await rm(join(folder, POSTGRESQL));
  await rm(join(folder, 'bundles'), { recursive: true });
  await refresh();
  t.is((await get('/catalog/database-postgresql-standard')).status, 404);
  t.deepEqual(await told(), ['1.1.0 retired', '1.0.0 replaced']);
  const [newest, oldest] = await versions();
  const item = await get(`${PATH}/${oldest?.revision}`);
  const document = operations.getCatalogVersion.data.parse(item.body.data);
  t.like(document, { version: '1.0.0', state: 'replaced', document: { metadata: { version: '1.0.0' } } });
  t.is((await get(`${PATH}/${newest?.revision}`)).body.data['state'], 'retired');
  await write(POSTGRESQL, text.replace('version: 1.0.0', 'version: 1.2.0'));
  await refresh();
  t.deepEqual(await told(), ['1.2.0 offered', '1.1.0 replaced', '1.0.0 replaced']);
});

test('an unknown item, an unknown revision and one of another item are not found', async (t) => {
  const { start } = await createWorld(t);
  const { get, call } = await start();
  const other = await call<readonly CatalogVersion[]>('/catalog/compute-eks-application/versions');
  const foreign = other.body.data[0]?.revision;
  for (const path of ['/catalog/absent/versions', '/catalog/absent/versions/1', `${PATH}/999`, `${PATH}/${foreign}`]) {
    const { status, body } = await get(path);
    t.is(status, 404, path);
    t.is(body.error.code, 'NOT_FOUND', path);
  }
  for (const revision of ['0', '-1', 'x', '1.5', '99999999999999999999'])
    t.is((await get(`${PATH}/${revision}`)).status, 400, revision);
});

test('a client that has a version is told so, until it is replaced', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const { get, call, refresh } = await start();
  const [first] = (await call<readonly CatalogVersion[]>(PATH)).body.data;
  const path = `${PATH}/${first?.revision}`;
  const tag = (await get(path)).headers.get('etag') ?? '';
  t.is((await get(path, { 'if-none-match': tag })).status, 304);
  const text = await readFile(join(folder, POSTGRESQL), 'utf8');
  await write(POSTGRESQL, text.replace('version: 1.0.0', 'version: 1.1.0'));
  await refresh();
  t.is((await get(path, { 'if-none-match': tag })).status, 200);
});
