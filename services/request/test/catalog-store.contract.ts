import type { TestFn } from 'ava';
import type { CatalogDocuments } from '../src/core/ports/catalog-documents.ts';
import type { CatalogProjection } from '../src/core/ports/catalog-projection.ts';
import { anItem, aPublication, hashOf, pin } from './documents.ts';

/** What every projection of the catalog promises. `setup` gives an empty one each time. */
export const catalogStoreContract = (
  test: TestFn,
  name: string,
  setup: () => Promise<CatalogProjection & CatalogDocuments>,
): void => {
  const first = anItem({ id: 'a' });
  const second = anItem({ id: 'a', version: '2.0.0' });

  test(`${name}: the highest revision of a document is offered, whatever the order of arrival`, async (t) => {
    const store = await setup();
    await store.publish(aPublication(second, 5));
    await store.publish(aPublication(first, 4));
    await store.publish(aPublication(second, 5));
    t.deepEqual(await store.offered(['a', 'unknown']), [pin(second).reference]);
    t.deepEqual(await store.document(hashOf(first)), first);
    t.deepEqual(await store.document(hashOf(second)), second);
    t.is(await store.document('f'.repeat(64)), undefined);
  });

  test(`${name}: a retired document is not offered, but kept; it can come back`, async (t) => {
    const store = await setup();
    await store.publish(aPublication(first, 1));
    await store.retire('a', 3);
    t.deepEqual(await store.offered(['a']), []);
    await store.publish(aPublication(second, 2));
    t.deepEqual(await store.offered(['a']), []);
    t.deepEqual(await store.document(hashOf(first)), first);
    await store.publish(aPublication(first, 4));
    t.deepEqual(await store.offered(['a']), [pin(first).reference]);
  });

  test(`${name}: a document may be retired before it was ever seen`, async (t) => {
    const store = await setup();
    await store.retire('a', 3);
    await store.publish(aPublication(first, 2));
    t.deepEqual(await store.offered(['a']), []);
  });

  test(`${name}: it has caught up once it holds what a sync gave out`, async (t) => {
    const store = await setup();
    t.false(await store.hasCaughtUp());
    await store.publish(aPublication(first, 1));
    t.false(await store.hasCaughtUp());
    await store.recordSync({ revision: 2, documents: 2 });
    t.false(await store.hasCaughtUp());
    await store.publish(aPublication(anItem({ id: 'b' }), 2));
    t.true(await store.hasCaughtUp());
    await store.recordSync({ revision: 3, documents: 1 });
    t.false(await store.hasCaughtUp());
    await store.recordSync({ revision: 2, documents: 2 });
    t.false(await store.hasCaughtUp());
    await store.retire('b', 3);
    t.true(await store.hasCaughtUp());
  });

  test(`${name}: an empty catalog has arrived when a sync says that it is empty`, async (t) => {
    const store = await setup();
    await store.recordSync({ revision: 0, documents: 0 });
    t.true(await store.hasCaughtUp());
  });
};
