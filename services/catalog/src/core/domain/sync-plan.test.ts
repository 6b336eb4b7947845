import test from 'ava';
import { checkedDocument } from '../../../test/documents.ts';
import { changesCatalog, type DocumentHead, planSync, type Verdict } from './sync-plan.ts';

const verdict = (parts: Partial<Verdict>): Verdict => ({ documents: [], broken: [], findings: [], ...parts });

const head = (id: string, overrides: Partial<DocumentHead> = {}): DocumentHead => {
  const { path, hash, owner } = checkedDocument(id);
  return { id, path, hash, owner, retired: false, ...overrides };
};

test('new documents are published in the order of their ids, each with a revision of its own', (t) => {
  const documents = ['c', 'a', 'b'].map((id) => checkedDocument(id));
  const plan = planSync({ heads: [], verdict: verdict({ documents }), revision: 7 });
  t.deepEqual(
    plan.publish.map(({ document, revision }) => [document.id, revision]),
    [
      ['a', 8],
      ['b', 9],
      ['c', 10],
    ],
  );
  t.like(plan, { retire: [], revision: 10, documents: 3 });
});

test('a document that is stored with the same hash is left alone', (t) => {
  const plan = planSync({ heads: [head('a')], verdict: verdict({ documents: [checkedDocument('a')] }), revision: 1 });
  t.deepEqual(plan, { publish: [], retire: [], reassign: [], move: [], revision: 1, documents: 1 });
  t.false(changesCatalog(plan));
});

test('a changed document gets the next revision', (t) => {
  const documents = [checkedDocument('a', {}, 'new text'), checkedDocument('b')];
  const plan = planSync({ heads: [head('a'), head('b')], verdict: verdict({ documents }), revision: 2 });
  t.is(plan.publish.length, 1);
  t.like(plan.publish[0], { document: { id: 'a' }, revision: 3 });
  t.is(plan.documents, 2);
});

test('a document whose file is gone is retired, after what is published', (t) => {
  const plan = planSync({
    heads: [head('a'), head('b')],
    verdict: verdict({ documents: [checkedDocument('c')] }),
    revision: 2,
  });
  t.deepEqual(plan.retire, [
    { id: 'a', revision: 4 },
    { id: 'b', revision: 5 },
  ]);
  t.like(plan, { revision: 5, documents: 1 });
});

test('a document whose file broke keeps its last good version', (t) => {
  const heads = [head('a'), head('b')];
  const byPath = planSync({ heads, verdict: verdict({ broken: [{ path: head('a').path }] }), revision: 2 });
  t.deepEqual(byPath.retire, [{ id: 'b', revision: 3 }]);
  const moved = planSync({ heads, verdict: verdict({ broken: [{ path: 'catalog/x/y.yaml', id: 'b' }] }), revision: 2 });
  t.deepEqual(moved.retire, [{ id: 'a', revision: 3 }]);
});

test('a retired document stays retired, and is published again when its file is back', (t) => {
  const heads = [head('a', { retired: true })];
  t.false(changesCatalog(planSync({ heads, verdict: verdict({}), revision: 2 })));
  const back = planSync({ heads, verdict: verdict({ documents: [checkedDocument('a')] }), revision: 2 });
  t.like(back, { publish: [{ revision: 3 }], documents: 1 });
});

test('a document in another file is moved, which consumers do not hear of', (t) => {
  const documents = [checkedDocument('a', { path: 'catalog/databases/renamed.yaml' })];
  const plan = planSync({ heads: [head('a')], verdict: verdict({ documents }), revision: 1 });
  t.deepEqual(plan.move, [{ id: 'a', path: 'catalog/databases/renamed.yaml' }]);
  t.false(changesCatalog(plan));
});

test('another owner of the same document raises the revision, before what consumers are sent', (t) => {
  const heads = [head('a', { owner: { team: 'old' } }), head('b'), head('c', { owner: null })];
  const documents = [checkedDocument('c'), checkedDocument('a', { owner: null }), checkedDocument('b', {}, 'new')];
  const plan = planSync({ heads, verdict: verdict({ documents }), revision: 5 });
  t.deepEqual(plan.reassign, [
    { id: 'a', owner: null, revision: 6 },
    { id: 'c', owner: { team: 'platform-databases' }, revision: 7 },
  ]);
  t.like(plan, { publish: [{ revision: 8 }], retire: [], revision: 8, documents: 3 });
  const alone = planSync({
    heads: [head('a', { owner: null })],
    verdict: verdict({ documents: [checkedDocument('a')] }),
    revision: 5,
  });
  t.is(alone.revision, 6);
  t.false(changesCatalog(alone));
});
