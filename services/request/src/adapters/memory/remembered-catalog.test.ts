import test from 'ava';
import { anItem, aPublication, pin } from '../../../test/documents.ts';
import { createMemoryCatalogStore } from './catalog-store.ts';
import { createRememberedCatalog } from './remembered-catalog.ts';

const setup = async (maxDocuments?: number) => {
  const store = createMemoryCatalogStore();
  const asked = { offered: 0, document: 0 };
  const documents = {
    offered: (ids: readonly string[]) => {
      asked.offered += 1;
      return store.offered(ids);
    },
    document: (hash: string) => {
      asked.document += 1;
      return store.document(hash);
    },
  };
  let now = 0;
  const catalog = createRememberedCatalog({
    documents,
    elapsed: () => now,
    ...(maxDocuments !== undefined && { maxDocuments }),
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { store, asked, catalog, pass };
};

test('the store is asked once for all who ask at the same time, and not again', async (t) => {
  const { store, asked, catalog } = await setup();
  await store.publish(aPublication(anItem()));
  const found = await Promise.all(Array.from({ length: 50 }, () => catalog.offered('database-standard')));
  t.is(new Set(found).size, 1);
  await catalog.offered('database-standard');
  t.deepEqual(asked, { offered: 1, document: 1 });
});

test('what is not offered is asked for again each time', async (t) => {
  const { store, catalog } = await setup();
  t.is(await catalog.offered('database-standard'), undefined);
  await store.publish(aPublication(anItem()));
  t.deepEqual((await catalog.offered('database-standard'))?.reference, pin(anItem()).reference);
});

test('a refresh finds what has changed, and not more often than it is allowed to', async (t) => {
  const { store, catalog, pass } = await setup();
  await store.publish(aPublication(anItem()));
  await catalog.offered('database-standard');
  pass(10_000);
  t.false(await catalog.refresh(1_000));
  await store.publish(aPublication(anItem({ version: '2.0.0' }), 2));
  t.false(await catalog.refresh(1_000));
  t.is((await catalog.offered('database-standard'))?.reference.version, '1.0.0');
  pass(1_000);
  t.true(await catalog.refresh(1_000));
  t.is((await catalog.offered('database-standard'))?.reference.version, '2.0.0');
  await store.retire('database-standard', 3);
  t.true(await catalog.refresh(0));
  t.is(await catalog.offered('database-standard'), undefined);
});

test('what a request was pinned to is found long after something newer is offered', async (t) => {
  const { store, catalog } = await setup();
  await store.publish(aPublication(anItem()));
  await store.publish(aPublication(anItem({ version: '2.0.0' }), 2));
  t.deepEqual((await catalog.pinned(pin(anItem()).reference)).document, anItem());
  await t.throwsAsync(catalog.pinned({ id: 'x', version: '1.0.0', hash: 'f'.repeat(64) }), {
    message: /is not stored/,
  });
});

test('documents used least are let go when there are too many', async (t) => {
  const { store, asked, catalog } = await setup(2);
  const items = ['a', 'b', 'c'].map((id) => anItem({ id }));
  for (const item of items) await store.publish(aPublication(item));
  const [a, b, c] = items.map((item) => pin(item).reference);
  if (!a || !b || !c) return t.fail();
  for (const reference of [a, b, a, c]) await catalog.pinned(reference);
  t.is(asked.document, 3);
  await catalog.pinned(a);
  t.is(asked.document, 3);
  await catalog.pinned(b);
  t.is(asked.document, 4);
});

test('a failure to read is not remembered', async (t) => {
  const { store, asked } = await setup();
  await store.publish(aPublication(anItem()));
  let away = true;
  const offered = async (ids: readonly string[]) => {
    if (away) throw new Error('away');
    return store.offered(ids);
  };
  const catalog = createRememberedCatalog({ documents: { ...store, offered }, elapsed: () => 0 });
  await t.throwsAsync(catalog.offered('database-standard'), { message: 'away' });
  away = false;
  t.truthy(await catalog.offered('database-standard'));
  t.is(asked.offered, 0);
});
