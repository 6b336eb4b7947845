import test from 'ava';
import { checkedDocument, outcomeOf } from '../../../test/documents.ts';
import { createMemoryCatalogStore } from '../../adapters/memory/memory-catalog-store.ts';
import type { CatalogChange } from '../domain/catalog-index.ts';
import { nobody } from '../domain/viewer.ts';
import { createBrowseCatalog } from './browse-catalog.ts';
import { coalesce } from './coalesce.ts';
import { createCurrentCatalog } from './current-catalog.ts';
import { createGetDocument } from './get-document.ts';
import { createForms, createGetForm } from './get-form.ts';

const setUp = () => {
  let ids = 0;
  const store = createMemoryCatalogStore({
    now: () => new Date(0),
    newId: () => `00000000-0000-7000-8000-${String(ids++).padStart(12, '0')}`,
  });
  const publish = (id: string, revision: number, text = '') =>
    store.exclusively((session) =>
      session.finish(
        outcomeOf({ publish: [{ document: checkedDocument(id, {}, text), revision }], revision, documents: 1 }),
      ),
    );
  return { store, publish };
};

test('a page says where the next one starts, the last says nothing', async (t) => {
  const { store, publish } = setUp();
  for (const [index, id] of ['a', 'b', 'c'].entries()) await publish(id, index + 1);
  const browseCatalog = createBrowseCatalog(createCurrentCatalog(store));
  const first = await browseCatalog({ viewer: nobody, sort: 'id', limit: 2 });
  t.deepEqual(
    first.entries.map(({ id }) => id),
    ['a', 'b'],
  );
  t.deepEqual(first.next, { key: 'b', id: 'b' });
  const second = await browseCatalog({
    viewer: nobody,
    sort: 'id',
    limit: 2,
    ...(first.next && { after: first.next }),
  });
  t.deepEqual(
    second.entries.map(({ id }) => id),
    ['c'],
  );
  t.is(second.next, undefined);
});

test('what was published or retired is seen by the next read', async (t) => {
  const { store, publish } = setUp();
  const current = createCurrentCatalog(store);
  t.is((await current()).entries.size, 0);
  await publish('a', 1);
  t.deepEqual([...(await current()).entries.keys()], ['a']);
  await store.exclusively((session) =>
    session.finish(outcomeOf({ retire: [{ id: 'a', revision: 2 }], revision: 2, documents: 0 })),
  );
  t.is((await current()).entries.size, 0);
});

test('the store is asked only for what is not held yet', async (t) => {
  const asked: number[] = [];
  const { store, publish } = setUp();
  await publish('a', 1);
  const current = createCurrentCatalog({
    changesSince: (revision) => {
      asked.push(revision);
      return store.changesSince(revision);
    },
  });
  await current();
  await current();
  t.deepEqual(asked, [0, 1]);
});

test('a read that failed does not spoil the next', async (t) => {
  let broken = true;
  const current = createCurrentCatalog({
    changesSince: async (): Promise<readonly CatalogChange[]> => {
      if (broken) throw new Error('away');
      return [];
    },
  });
  await t.throwsAsync(current());
  broken = false;
  t.is((await current()).revision, 0);
});

test('callers share the run that starts after they called', async (t) => {
  let started = 0;
  const gates: (() => void)[] = [];
  const run = coalesce(async () => {
    const number = ++started;
    await new Promise<void>((resolve) => gates.push(resolve));
    return number;
  });
  const first = run();
  const waiting = [run(), run(), run()];
  gates[0]?.();
  t.is(await first, 1);
  while (gates.length < 2) await new Promise(setImmediate);
  gates[1]?.();
  t.deepEqual(await Promise.all(waiting), [2, 2, 2]);
});

test('a form is built once for each content of a document', async (t) => {
  const { store, publish } = setUp();
  await publish('a', 1);
  let built = 0;
  const formOf = createForms(() => {
    built += 1;
    return { schema: { built }, uiSchema: {}, fields: [] };
  });
  const getForm = createGetForm(createGetDocument(store), formOf);
  await getForm('a');
  t.like(await getForm('a'), { ok: true, value: { id: 'a', version: '1.0.0', schema: { built: 1 } } });
  await publish('a', 2, 'other');
  t.like(await getForm('a'), { ok: true, value: { schema: { built: 2 } } });
  t.deepEqual(await getForm('b'), { ok: false, error: { kind: 'not-offered', id: 'b' } });
});
