import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresCatalogStore } from '../src/adapters/postgres/postgres-catalog-store.ts';
import { checkedDocument, newId, outcomeOf } from './documents.ts';
import { createWorld } from './running-service.ts';

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';

test('refreshes of several replicas at once give out one revision for one change', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const replicas = await Promise.all([start(), start()]);
  const text = await readFile(join(folder, POSTGRESQL), 'utf8');
  await write(POSTGRESQL, text.replace('version: 1.0.0', 'version: 1.2.0'));
  const answers = await Promise.all(replicas.flatMap(({ refresh }) => Array.from({ length: 10 }, refresh)));
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const [first] = replicas;
  t.like(await first.sync(), { state: 'succeeded', revision: 5, documents: 4 });
});

test('what one replica has read, another offers at once', async (t) => {
  const { start, folder, write } = await createWorld(t);
  const [one, other] = await Promise.all([start(), start()]);
  await other.list();
  for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
    const text = await readFile(join(folder, POSTGRESQL), 'utf8');
    await write(POSTGRESQL, text.replace(/version: 1\.\d\.0/, `version: ${version}`));
    await one.refresh();
    const { body } = await other.list('?category=databases');
    t.is(body.data[0]?.version, version);
    t.is((await other.get('/catalog/database-postgresql-standard')).body.data['version'], version);
  }
});

test('a process that is killed in the middle of a sync leaves the last good catalog, and the next sync works', async (t) => {
  const url = await testDatabase({ schema: 'pao_catalog', migrations: new URL('../migrations/', import.meta.url) });
  const database = openDatabase({ url, schema: 'pao_catalog', applicationName: 'catalog-test' });
  t.teardown(() => database.close());
  const store = createPostgresCatalogStore({ database, now: () => new Date(), newId, onMessages: () => undefined });
  const publish = (text: string, revision: number) =>
    store.exclusively((session) => {
      const document = checkedDocument('a', {}, text);
      return session.finish(outcomeOf({ publish: [{ document, revision }], revision, documents: 1 }));
    });
  await publish('good', 1);

  const fixture = fileURLToPath(new URL('dying-sync.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [fixture, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  t.true((await store.report()).runningSince instanceof Date);
  child.kill('SIGKILL');
  await once(child, 'exit');

  t.like(await store.find('a'), { revision: 1, document: { text: 'good' } });
  t.is(await store.find('b'), undefined);
  await publish('better', 2);
  t.like(await store.find('a'), { revision: 2, document: { text: 'better' } });
  t.like(await store.report(), { state: 'succeeded', revision: 2 });
});
