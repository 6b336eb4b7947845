import type { ExecutionContext, TestFn } from 'ava';
import type { CatalogStore } from '../src/core/ports/catalog-store.ts';
import type { VersionStore } from '../src/core/ports/version-store.ts';
import { checkedDocument, outcomeOf } from './documents.ts';

export interface VersionsUnderTest {
  /** Where versions come from. */
  readonly catalog: CatalogStore;
  readonly versions: VersionStore;
}

const publish = (catalog: CatalogStore, id: string, revision: number): Promise<void> => {
  const document = checkedDocument(id, { version: `1.0.${revision}` }, `text ${revision}`);
  const outcome = outcomeOf({ publish: [{ document, revision }], revision, documents: 1 });
  return catalog.exclusively((session) => session.finish(outcome));
};

const retire = (catalog: CatalogStore, id: string, revision: number): Promise<void> =>
  catalog.exclusively((session) => session.finish(outcomeOf({ retire: [{ id, revision }], revision, documents: 0 })));

/** What every VersionStore must do. */
export const versionStoreContract = (
  test: TestFn,
  create: (t: ExecutionContext) => Promise<VersionsUnderTest>,
): void => {
  test('the versions of a document come newest first, the newest as offered', async (t) => {
    const { catalog, versions } = await create(t);
    await publish(catalog, 'a', 1);
    await publish(catalog, 'b', 2);
    await publish(catalog, 'a', 3);
    const found = await versions.versions('a');
    t.deepEqual(
      found.map(({ revision, version, state }) => [revision, version, state]),
      [
        [3, '1.0.3', 'offered'],
        [1, '1.0.1', 'replaced'],
      ],
    );
    const { hash } = checkedDocument('a', {}, 'text 3');
    const publishedAt = new Date('2026-02-03T04:05:06.789Z');
    t.deepEqual(found[0], {
      id: 'a',
      revision: 3,
      version: '1.0.3',
      hash,
      commit: 'commit-3',
      publishedAt,
      state: 'offered',
    });
  });

  test('a version is read with the document that it had', async (t) => {
    const { catalog, versions } = await create(t);
    await publish(catalog, 'a', 1);
    await publish(catalog, 'a', 2);
    t.like(await versions.version('a', 1), { id: 'a', revision: 1, state: 'replaced', document: { text: 'text 1' } });
    t.like(await versions.version('a', 2), { state: 'offered', document: { text: 'text 2' } });
  });

  test('what never was is told as nothing', async (t) => {
    const { catalog, versions } = await create(t);
    await publish(catalog, 'a', 1);
    await publish(catalog, 'b', 2);
    t.deepEqual(await versions.versions('absent'), []);
    t.is(await versions.version('absent', 1), undefined);
    t.is(await versions.version('a', 2), undefined);
    t.is(await versions.version('a', Number.MAX_SAFE_INTEGER), undefined);
  });

  test('a retired document keeps its versions, is told as retired, and has them still when it returns', async (t) => {
    const { catalog, versions } = await create(t);
    await publish(catalog, 'a', 1);
    await publish(catalog, 'a', 2);
    await retire(catalog, 'a', 3);
    const states = async () => (await versions.versions('a')).map(({ revision, state }) => `${revision} ${state}`);
    t.deepEqual(await states(), ['2 retired', '1 replaced']);
    t.like(await versions.version('a', 2), { state: 'retired', document: { text: 'text 2' } });
    await publish(catalog, 'a', 4);
    t.deepEqual(await states(), ['4 offered', '2 replaced', '1 replaced']);
  });

  test('the last ten versions are kept', async (t) => {
    const { catalog, versions } = await create(t);
    for (let revision = 1; revision <= 13; revision += 1) await publish(catalog, 'a', revision);
    t.deepEqual(
      (await versions.versions('a')).map(({ revision }) => revision),
      [13, 12, 11, 10, 9, 8, 7, 6, 5, 4],
    );
    t.is(await versions.version('a', 3), undefined);
  });
};
