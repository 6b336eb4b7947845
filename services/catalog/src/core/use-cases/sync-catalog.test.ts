import test from 'ava';
import { fakeSource, jsonChecker } from '../../../test/documents.ts';
import { createMemoryCatalogStore } from '../../adapters/memory/memory-catalog-store.ts';
import { createSyncCatalog } from './sync-catalog.ts';

const setUp = (files: Readonly<Record<string, string>> = {}, rules?: string) => {
  let tick = 0;
  const now = (): Date => new Date(Date.UTC(2026, 0, 1) + 1_000 * tick++);
  let ids = 0;
  const newId = (): string => `00000000-0000-7000-8000-${String(ids++).padStart(12, '0')}`;
  const store = createMemoryCatalogStore({ now, newId });
  const { source, state, asked } = fakeSource(files);
  const checker = jsonChecker(rules);
  const types = (): readonly string[] => store.sent.map(({ type, groupId }) => `${type} ${groupId}`);
  return { store, source, state, asked, checker, now, types, sync: createSyncCatalog({ source, checker, store, now }) };
};

const A = { 'catalog/databases/a.yaml': '{"id":"a"}' };
const B = { 'catalog/databases/b.yaml': '{"id":"b"}' };

test('the first sync publishes every document and then says that it is complete', async (t) => {
  const { sync, store, types } = setUp({ ...A, ...B });
  t.like(await sync(), { outcome: 'applied', errors: 0 });
  t.deepEqual(types(), [
    'catalog-item-published.v1 a',
    'catalog-item-published.v1 b',
    'catalog-sync-completed.v1 catalog',
  ]);
  t.like(await store.report(), { state: 'succeeded', revision: 2, documents: 2, failure: null, findings: [] });
});

test('the first sync of an empty catalog also says that it is complete', async (t) => {
  const { sync, types } = setUp();
  await sync();
  t.deepEqual(types(), ['catalog-sync-completed.v1 catalog']);
});

test('a sync of the same files neither checks, sends nor writes anything', async (t) => {
  const { sync, store, checker } = setUp(A);
  await sync();
  const sent = store.sent.length;
  const before = await store.report();
  t.is((await sync()).outcome, 'unchanged');
  t.is(store.sent.length, sent);
  t.deepEqual(checker.checked, [1]);
  t.deepEqual(await store.report(), before);
});

test('other rules check the same files again', async (t) => {
  const { store, source, now } = setUp(A);
  await createSyncCatalog({ source, checker: jsonChecker('rules-1'), store, now })();
  const newer = jsonChecker('rules-2');
  await createSyncCatalog({ source, checker: newer, store, now })();
  t.deepEqual(newer.checked, [1]);
});

test('only what changed is sent', async (t) => {
  const { sync, state, types, store } = setUp({ ...A, ...B });
  await sync();
  state.files = { 'catalog/databases/a.yaml': '{"id":"a","text":"new"}' };
  await sync();
  t.deepEqual(types().slice(3), [
    'catalog-item-published.v1 a',
    'catalog-item-retired.v1 b',
    'catalog-sync-completed.v1 catalog',
  ]);
  t.is(await store.find('b'), undefined);
  t.like(await store.find('a'), { revision: 3, document: { text: 'new' } });
});

test('a broken file is listed and its last good version keeps serving', async (t) => {
  const { sync, state, store } = setUp({ ...A, ...B });
  await sync();
  const sent = store.sent.length;
  state.files = { ...B, 'catalog/databases/a.yaml': '{' };
  t.like(await sync(), { outcome: 'applied', errors: 1 });
  t.is(store.sent.length, sent);
  t.like(await store.find('a'), { revision: 1 });
  t.like(await store.report(), {
    state: 'succeeded',
    findings: [{ path: 'catalog/databases/a.yaml', line: 3, column: 5 }],
  });
});

test('a file that cannot be read as text counts as broken', async (t) => {
  const { sync, state, store } = setUp({ ...A, ...B });
  await sync();
  state.files = B;
  state.unreadable = [
    { path: 'catalog/databases/a.yaml', line: 1, column: 1, severity: 'error', code: 'FILE_TOO_LARGE', message: 'm' },
  ];
  await sync();
  t.truthy(await store.find('a'));
  t.like(await store.report(), { findings: [{ code: 'FILE_TOO_LARGE' }] });
});

test('documents are checked against what is still offered of broken files', async (t) => {
  const { sync, state, checker } = setUp({ ...A, ...B });
  await sync();
  state.files = { 'catalog/databases/a.yaml': '{' };
  state.unreadable = [
    { path: 'catalog/databases/b.yaml', line: 1, column: 1, severity: 'error', code: 'FILE_TOO_LARGE', message: 'm' },
  ];
  await sync();
  t.deepEqual(checker.offered, ['catalog/databases/a.yaml', 'catalog/databases/b.yaml']);
});

test('when the source cannot be read the catalog stays as it was and the state says why', async (t) => {
  const { sync, state, store } = setUp({ ...A, 'catalog/databases/x.yaml': '{' });
  await sync();
  state.files = undefined;
  t.deepEqual(await sync(), { outcome: 'unreadable', reason: '/catalog does not exist' });
  t.like(await store.report(), { state: 'failed', failure: '/catalog does not exist', revision: 1, documents: 1 });
  t.is((await store.report()).findings.length, 1);
  t.truthy(await store.find('a'));
});

test('a source that can be read again is as before', async (t) => {
  const { sync, state, store, checker } = setUp(A);
  await sync();
  state.files = undefined;
  await sync();
  state.files = A;
  t.is((await sync()).outcome, 'unchanged');
  t.like(await store.report(), { state: 'succeeded', failure: null });
  t.is(checker.checked.length, 1);
});

test('a sync that dies in the middle leaves everything as it was', async (t) => {
  const { sync, state, store, source, now } = setUp(A);
  await sync();
  const before = await store.report();
  const sent = store.sent.length;
  state.files = { ...A, ...B };
  const dying = { rules: 'rules-1', check: async () => Promise.reject(new Error('out of memory')) };
  await t.throwsAsync(createSyncCatalog({ source, checker: dying, store, now })(), { message: 'out of memory' });
  t.deepEqual(await store.report(), before);
  t.is(store.sent.length, sent);
});

test('a failure that was told already is not written again', async (t) => {
  const { sync, state, store } = setUp(A);
  await sync();
  state.files = undefined;
  await sync();
  const before = await store.report();
  t.is((await sync()).outcome, 'unreadable');
  t.deepEqual(await store.report(), before);
});

test('a commit of another source is not known to this one', async (t) => {
  const { sync, store, checker, now } = setUp(A);
  await sync();
  const other = fakeSource(A, 'github:o/r');
  await createSyncCatalog({ source: other.source, checker, store, now })();
  t.deepEqual(other.asked, [null]);
  t.like(await store.report(), { source: 'github:o/r', branch: 'main', revision: 1 });
});

test('a force push is remembered until the next one', async (t) => {
  const { sync, state, store } = setUp(A);
  await sync();
  t.is((await store.report()).forcePushed, null);
  state.files = B;
  state.forced = true;
  await sync();
  const { forcePushed, commit } = await store.report();
  t.is(forcePushed?.commit, commit ?? '');
  state.files = { ...A, ...B };
  state.forced = false;
  await sync();
  t.deepEqual((await store.report()).forcePushed, forcePushed);
});

test('when only CODEOWNERS changes the owner changes, and consumers are sent nothing', async (t) => {
  const files = { 'catalog/databases/a.yaml': '{"id":"a","owner":null}', ...B };
  const { sync, state, store } = setUp(files);
  await sync();
  const sent = store.sent.length;
  state.codeowners = { path: 'CODEOWNERS', text: '* @org/data', root: '' };
  t.like(await sync(), { outcome: 'applied' });
  t.is(store.sent.length, sent);
  t.like(await store.find('a'), { owner: { team: 'data' }, revision: 3 });
  t.like(await store.find('b'), { owner: { team: 'platform-databases' }, revision: 2 });
  t.deepEqual(await store.categoryOwners(), [{ category: 'databases', owners: ['data'] }]);
});
