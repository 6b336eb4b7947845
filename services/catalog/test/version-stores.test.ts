import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext, type TestFn } from 'ava';
import { createMemoryCatalogStore } from '../src/adapters/memory/memory-catalog-store.ts';
import { createPostgresCatalogStore } from '../src/adapters/postgres/postgres-catalog-store.ts';
import { createPostgresVersionStore } from '../src/adapters/postgres/postgres-version-store.ts';
import { newId } from './documents.ts';
import { versionStoreContract } from './version-store.contract.ts';

const migrations = new URL('../migrations/', import.meta.url);

const now = (): Date => new Date();

/** The suite runs twice in this file, so its titles need the name of what is tested. */
const titled = (name: string): TestFn =>
  ((title: string, run: (t: ExecutionContext) => Promise<void>) => test(`${name}: ${title}`, run)) as TestFn;

versionStoreContract(titled('memory'), async () => {
  const store = createMemoryCatalogStore({ now, newId });
  return { catalog: store, versions: store };
});

versionStoreContract(titled('PostgreSQL'), async (t) => {
  const url = await testDatabase({ schema: 'pao_catalog', migrations });
  const database = openDatabase({ url, schema: 'pao_catalog', applicationName: 'catalog-test' });
  t.teardown(() => database.close());
  const catalog = createPostgresCatalogStore({ database, now, newId, onMessages: () => undefined });
  return { catalog, versions: createPostgresVersionStore(database) };
});
