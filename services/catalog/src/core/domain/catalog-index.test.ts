import test from 'ava';
import { catalogEntry } from '../../../test/documents.ts';
import {
  applyChanges,
  type BrowseQuery,
  browse,
  type CatalogChange,
  type CatalogIndex,
  emptyIndex,
  positionOf,
} from './catalog-index.ts';
import type { CatalogEntry } from './document.ts';
import { nobody } from './viewer.ts';

const indexOf = (entries: readonly CatalogEntry[]): CatalogIndex =>
  applyChanges(
    emptyIndex,
    entries.map((entry) => ({ kind: 'published', entry })),
  );

const ids = (index: CatalogIndex, query: Partial<BrowseQuery>): readonly string[] =>
  browse(index, { viewer: nobody, sort: 'id', limit: 50, ...query }).map(({ id }) => id);

test('filters are combined', (t) => {
  const index = indexOf([
    catalogEntry('a', { category: 'compute', mode: 'manual', owner: { team: 'x' }, tags: ['one', 'two'] }),
    catalogEntry('b', { category: 'compute', owner: null }),
    catalogEntry('c', { kind: 'CatalogBundle', mode: null }),
  ]);
  t.deepEqual(ids(index, { category: 'compute' }), ['a', 'b']);
  t.deepEqual(ids(index, { category: 'compute', mode: 'manual', owner: 'x', tag: 'two' }), ['a']);
  t.deepEqual(ids(index, { kind: 'CatalogBundle' }), ['c']);
  t.deepEqual(ids(index, { owner: 'nobody' }), []);
});

test('every word of a search must occur in id, name or description, whatever the case', (t) => {
  const index = indexOf([
    catalogEntry('database-postgresql', { name: 'PostgreSQL', description: 'Relational' }),
    catalogEntry('database-mysql', { name: 'MySQL', description: 'Relational' }),
  ]);
  t.deepEqual(ids(index, { text: ' POSTGRES relational ' }), ['database-postgresql']);
  t.deepEqual(ids(index, { text: 'relational' }).length, 2);
  t.deepEqual(ids(index, { text: 'relational missing' }), []);
});

for (const sort of ['id', 'name', '-publishedAt'] as const) {
  test(`pages sorted by ${sort} join without a gap or a repetition, also where keys are equal`, (t) => {
    const entries = Array.from({ length: 23 }, (_, index) =>
      catalogEntry(`item-${(index * 7) % 23}`, { name: `N${index % 3}`, publishedAt: new Date((index % 4) * 1_000) }),
    );
    const index = indexOf(entries);
    const seen: CatalogEntry[] = [];
    for (let after: BrowseQuery['after'] | undefined; ; ) {
      const found = browse(index, { viewer: nobody, sort, limit: 5, ...(after && { after }) });
      seen.push(...found.slice(0, 5));
      const last = found[4];
      if (found.length <= 5 || !last) break;
      after = positionOf(sort, last);
    }
    t.deepEqual(seen, browse(index, { viewer: nobody, sort, limit: 100 }));
    t.is(new Set(seen).size, 23);
  });
}

test('names sort whatever their case, the latest publication first', (t) => {
  const index = indexOf([
    catalogEntry('a', { name: 'beta', publishedAt: new Date(1) }),
    catalogEntry('b', { name: 'Alpha', publishedAt: new Date(3) }),
    catalogEntry('c', { name: 'alpine', publishedAt: new Date(2) }),
  ]);
  t.deepEqual(ids(index, { sort: 'name' }), ['b', 'c', 'a']);
  t.deepEqual(ids(index, { sort: '-publishedAt' }), ['b', 'c', 'a']);
});

test('a page goes on after an entry that was retired meanwhile', (t) => {
  const before = indexOf(['a', 'b', 'c'].map((id) => catalogEntry(id)));
  const after = applyChanges(before, [{ kind: 'retired', id: 'b', revision: 2 }]);
  t.deepEqual(ids(after, { after: { key: 'b', id: 'b' } }), ['c']);
  t.deepEqual(ids(before, {}), ['a', 'b', 'c']);
  t.is(after.revision, 2);
});

test('an index that was changed step by step browses like one that was made at once', (t) => {
  const sorts = ['id', 'name', '-publishedAt'] as const;
  const random = (step: number, salt: number): number => (step * 7_919 + salt * 104_729) % 97;
  const entry = (step: number): CatalogChange => {
    const id = `item-${random(step, 1)}`;
    if (random(step, 2) < 20) return { kind: 'retired', id, revision: step };
    const name = `Name ${random(step, 3)}`;
    const publishedAt = new Date(random(step, 4) * 1_000);
    return { kind: 'published', entry: catalogEntry(id, { name, publishedAt, revision: step }) };
  };
  let stepwise = emptyIndex;
  const all: CatalogChange[] = [];
  for (let step = 1; step <= 400; step += 1) {
    const change = entry(step);
    all.push(change);
    stepwise = applyChanges(stepwise, [change]);
    for (const sort of sorts) {
      const query = { viewer: nobody, sort, limit: 1_000 };
      t.deepEqual(
        browse(stepwise, query).map(({ id, revision }) => [id, revision]),
        browse(applyChanges(emptyIndex, all), query).map(({ id, revision }) => [id, revision]),
      );
    }
  }
});
