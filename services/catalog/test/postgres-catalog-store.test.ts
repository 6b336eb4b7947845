import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createPostgresCatalogStore } from '../src/adapters/postgres/postgres-catalog-store.ts';
import { catalogStoreContract } from './catalog-store.contract.ts';
import { checkedDocument, newId, outcomeOf } from './documents.ts';

const migrations = new URL('../migrations/', import.meta.url);

const open = async (t: ExecutionContext) => {
  const url = await testDatabase({ schema: 'pao_catalog', migrations });
  const database = openDatabase({ url, schema: 'pao_catalog', applicationName: 'catalog-test' });
  t.teardown(() => database.close());
  let kicks = 0;
  const onMessages = (): void => void (kicks += 1);
  const store = createPostgresCatalogStore({ database, now: () => new Date(), newId, onMessages });
  return { database, store, kicks: () => kicks };
};

catalogStoreContract(test, async (t) => {
  const { store, database } = await open(t);
  const sent = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ message: string }>({
      text: `SELECT type || ' ' || group_id AS message FROM outbox ORDER BY position`,
    });
    return rows.map(({ message }) => message);
  };
  return { store, sent };
});

test('the last ten versions of a document are kept', async (t) => {
  const { store, database } = await open(t);
  for (let revision = 1; revision <= 13; revision += 1) {
    const document = checkedDocument('a', { version: `1.0.${revision}` }, `text ${revision}`);
    await store.exclusively((session) =>
      session.finish(outcomeOf({ publish: [{ document, revision }], revision, documents: 1 })),
    );
  }
  const rows = await database.query<{ revision: number }>({ text: 'SELECT revision FROM versions ORDER BY revision' });
  t.deepEqual(
    rows.map(({ revision }) => revision),
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  );
  t.like(await store.find('a'), { version: '1.0.13', document: { text: 'text 13' } });
});

test('more documents than one statement takes are stored whole', async (t) => {
  const { store, database } = await open(t);
  const publish = Array.from({ length: 2_345 }, (_, index) => ({
    document: checkedDocument(`item-${index}`),
    revision: index + 1,
  }));
  await store.exclusively((session) => session.finish(outcomeOf({ publish, revision: 2_345, documents: 2_345 })));
  t.is((await store.changesSince(0)).length, 2_345);
  const [row] = await database.query<{ count: number }>({ text: 'SELECT count(*) AS count FROM outbox' });
  t.is(row?.count, 2_346);
});

test('a document keeps the order of its keys', async (t) => {
  const { store } = await open(t);
  const document = { zebra: 1, alpha: { longer: [], b: null } };
  const publish = [{ document: checkedDocument('a', { document }), revision: 1 }];
  await store.exclusively((session) => session.finish(outcomeOf({ publish, revision: 1, documents: 1 })));
  t.is(JSON.stringify((await store.find('a'))?.document), JSON.stringify(document));
});

test('the relay is told after the commit', async (t) => {
  const { store, kicks } = await open(t);
  await store.exclusively(async (session) => {
    await session.finish(outcomeOf({ revision: 0, documents: 0 }));
    t.is(kicks(), 0);
  });
  t.is(kicks(), 1);
});

const publish = (id: string, revision: number) =>
  outcomeOf({ publish: [{ document: checkedDocument(id), revision }], revision, documents: revision });

test('a sync whose connection dies leaves the catalog as it was, and the next one works', async (t) => {
  const { store, database } = await open(t);
  await store.exclusively((session) => session.finish(publish('a', 1)));
  const dying = store.exclusively(async (session) => {
    await session.finish(publish('b', 2));
    await database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE state = 'idle in transaction' AND datname = current_database()`,
    });
  });
  await t.throwsAsync(dying, { name: 'TransientError' });
  t.like(await store.report(), { state: 'succeeded', revision: 1 });
  t.is(await store.find('b'), undefined);
  await store.exclusively((session) => session.finish(publish('b', 2)));
  t.truthy(await store.find('b'));
});
