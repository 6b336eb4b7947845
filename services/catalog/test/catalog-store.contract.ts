import type { ExecutionContext, TestFn } from 'ava';
import type { CatalogStore, SyncOutcome } from '../src/core/ports/catalog-store.ts';
import { checkedDocument, outcomeOf } from './documents.ts';

export interface StoreUnderTest {
  readonly store: CatalogStore;
  /** The types and groups of all messages sent so far, in order. */
  readonly sent: () => Promise<readonly string[]>;
}

const sync = (store: CatalogStore, outcome: SyncOutcome): Promise<void> =>
  store.exclusively((session) => session.finish(outcome));

const publish = (revision: number, ...ids: readonly string[]): SyncOutcome =>
  outcomeOf({
    publish: ids.map((id, index) => ({
      document: checkedDocument(id, { owner: index % 2 ? null : { team: 't', contact: 'c@example.com' } }),
      revision: revision - ids.length + 1 + index,
    })),
    revision,
    documents: ids.length,
  });

const retire = (revision: number, ...ids: readonly string[]): SyncOutcome =>
  outcomeOf({ retire: ids.map((id) => ({ id, revision })), revision, documents: 0 });

/** What every CatalogStore must do. */
export const catalogStoreContract = (test: TestFn, create: (t: ExecutionContext) => Promise<StoreUnderTest>): void => {
  test('a store that was never synced says so', async (t) => {
    const { store } = await create(t);
    t.like(await store.report(), { state: 'never', commit: null, revision: 0, documents: 0, findings: [] });
    t.deepEqual(await store.changesSince(0), []);
    t.is(await store.find('a'), undefined);
  });

  test('what was published is found with everything it had', async (t) => {
    const { store } = await create(t);
    const outcome = publish(2, 'a', 'b');
    await sync(store, outcome);
    const { path: _path, ...document } = checkedDocument('b', { owner: null });
    t.deepEqual(await store.find('b'), {
      ...document,
      revision: 2,
      commit: 'commit-2',
      publishedAt: outcome.state.completedAt ?? new Date(0),
    });
    t.like(await store.find('a'), { owner: { team: 't', contact: 'c@example.com' } });
    t.deepEqual(await store.report(), { ...outcome.state, findings: [], runningSince: null });
  });

  test('changes come in the order of revisions, each document with its last', async (t) => {
    const { store } = await create(t);
    await sync(store, publish(3, 'a', 'b', 'c'));
    await sync(store, publish(4, 'a'));
    await sync(store, retire(5, 'b'));
    const changes = (await store.changesSince(0)).map((change) =>
      change.kind === 'retired' ? `-${change.id} ${change.revision}` : `${change.entry.id} ${change.entry.revision}`,
    );
    t.deepEqual(changes, ['c 3', 'a 4', '-b 5']);
    t.is((await store.changesSince(4)).length, 1);
    t.deepEqual(await store.changesSince(5), []);
  });

  test('a retired document is not found, and is again once it was published again', async (t) => {
    const { store } = await create(t);
    await sync(store, publish(1, 'a'));
    await sync(store, retire(2, 'a'));
    t.is(await store.find('a'), undefined);
    await sync(store, publish(3, 'a'));
    t.like(await store.find('a'), { revision: 3 });
  });

  test('a sync knows what is stored, with the files as they were moved', async (t) => {
    const { store } = await create(t);
    await sync(store, publish(2, 'a', 'b'));
    await sync(store, retire(3, 'b'));
    await sync(store, outcomeOf({ move: [{ id: 'a', path: 'catalog/x/moved.yaml' }], revision: 3, documents: 1 }));
    const heads = await store.exclusively((session) => session.heads());
    t.deepEqual(
      heads.toSorted((x, y) => (x.id < y.id ? -1 : 1)),
      [
        {
          id: 'a',
          path: 'catalog/x/moved.yaml',
          hash: checkedDocument('a').hash,
          retired: false,
          owner: { team: 't', contact: 'c@example.com' },
        },
        {
          id: 'b',
          path: 'catalog/databases/b.yaml',
          hash: checkedDocument('b').hash,
          retired: true,
          owner: null,
        },
      ],
    );
  });

  test('a sync reads the documents that are offered, with their files', async (t) => {
    const { store } = await create(t);
    await sync(store, publish(3, 'a', 'b', 'c'));
    await sync(store, retire(4, 'b'));
    const documents = await store.exclusively((session) => session.documents(['a', 'b', 'absent']));
    const { path, document } = checkedDocument('a');
    t.deepEqual(documents, [{ path, document }]);
  });

  test('messages are sent in the order of revisions, the completion last', async (t) => {
    const { store, sent } = await create(t);
    await sync(store, publish(2, 'a', 'b'));
    await sync(store, retire(3, 'a'));
    t.deepEqual(await sent(), [
      'catalog-item-published.v1 a',
      'catalog-item-published.v1 b',
      'catalog-sync-completed.v1 catalog',
      'catalog-item-retired.v1 a',
      'catalog-sync-completed.v1 catalog',
    ]);
  });

  test('findings are those of the last sync that could read the source', async (t) => {
    const { store } = await create(t);
    const finding = { path: 'p', line: 1, column: 2, code: 'X', message: 'm' };
    const plan = { publish: [], retire: [], reassign: [], move: [], revision: 0, documents: 0 };
    const first = outcomeOf(plan);
    const findings = [
      { ...finding, severity: 'error' as const, hint: 'h' },
      { ...finding, severity: 'warning' as const },
    ];
    await sync(store, { ...first, changes: { plan, findings, categories: [], announce: true } });
    t.deepEqual((await store.report()).findings, findings);
    await sync(store, { state: { ...first.state, state: 'failed', failure: 'gone' } });
    t.like(await store.report(), { state: 'failed', failure: 'gone' });
    t.is((await store.report()).findings.length, 2);
    await sync(store, first);
    t.deepEqual((await store.report()).findings, []);
  });

  test('another owner is seen by readers and is no new version of the document', async (t) => {
    const { store, sent } = await create(t);
    await sync(store, publish(2, 'a', 'b'));
    const messages = (await sent()).length;
    const reassign = [
      { id: 'b', owner: { team: 'new', contact: 'n@example.com' }, revision: 3 },
      { id: 'a', owner: null, revision: 4 },
    ];
    const outcome = outcomeOf({ reassign, revision: 4, documents: 2 });
    await sync(store, { ...outcome, ...(outcome.changes && { changes: { ...outcome.changes, announce: false } }) });
    t.is((await sent()).length, messages);
    const { hash, document } = checkedDocument('b');
    t.like(await store.find('b'), {
      owner: { team: 'new', contact: 'n@example.com' },
      hash,
      document,
      version: '1.0.0',
    });
    t.deepEqual(
      (await store.changesSince(2)).map(
        (change) => change.kind === 'published' && [change.entry.id, change.entry.owner?.team],
      ),
      [
        ['b', 'new'],
        ['a', undefined],
      ],
    );
    await sync(store, publish(5, 'b'));
    t.like(await store.find('b'), { revision: 5 });
    t.is((await store.changesSince(4)).length, 1);
  });

  test('the owners of categories are those of the last sync', async (t) => {
    const { store } = await create(t);
    t.deepEqual(await store.categoryOwners(), []);
    const { state, changes } = outcomeOf({ revision: 0, documents: 0 });
    const owned = [
      { category: 'a', owners: ['x', '@y'] },
      { category: 'b', owners: ['z'] },
    ];
    if (changes) await sync(store, { state, changes: { ...changes, categories: owned } });
    t.deepEqual(await store.categoryOwners(), owned);
    await sync(store, { state: { ...state, state: 'failed', failure: 'gone' } });
    t.deepEqual(await store.categoryOwners(), owned);
    await sync(store, outcomeOf({ revision: 0, documents: 0 }));
    t.deepEqual(await store.categoryOwners(), []);
  });

  test('the source, the branch and the last force push are kept', async (t) => {
    const { store } = await create(t);
    const { state } = outcomeOf({ revision: 0, documents: 0 });
    const forcePushed = { commit: 'c', at: new Date('2026-01-02T03:04:05.678Z') };
    await sync(store, { state: { ...state, source: 'github:o/r', branch: 'main', forcePushed } });
    t.like(await store.report(), { source: 'github:o/r', branch: 'main', forcePushed });
  });

  test('a sync that throws leaves everything as it was', async (t) => {
    const { store, sent } = await create(t);
    await sync(store, publish(1, 'a'));
    const before = await store.report();
    const failing = store.exclusively(async (session) => {
      await session.finish(publish(2, 'b'));
      throw new Error('killed');
    });
    await t.throwsAsync(failing, { message: 'killed' });
    t.deepEqual(await store.report(), before);
    t.is(await store.find('b'), undefined);
    t.is((await sent()).length, 2);
  });

  test('syncs run one at a time, and one that runs is reported', async (t) => {
    const { store } = await create(t);
    let running = 0;
    let most = 0;
    const reports = await Promise.all(
      Array.from({ length: 5 }, () =>
        store.exclusively(async () => {
          most = Math.max(most, ++running);
          const report = await store.report();
          running -= 1;
          return report;
        }),
      ),
    );
    t.is(most, 1);
    t.true(reports.every(({ runningSince }) => runningSince instanceof Date));
    t.like(await store.report(), { state: 'never', runningSince: null });
  });
};
