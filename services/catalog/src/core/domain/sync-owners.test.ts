import test from 'ava';
import { checkedDocument } from '../../../test/documents.ts';
import { applyOwners } from './sync-owners.ts';
import type { Verdict } from './sync-plan.ts';

const unowned = (id: string, path: string, category: string) => checkedDocument(id, { path, category, owner: null });

const verdict = (parts: Partial<Verdict> = {}): Verdict => ({
  documents: [
    unowned('a', 'catalog/databases/a.yaml', 'databases'),
    unowned('b', 'catalog/compute/b.yaml', 'compute'),
    unowned('c', 'bundles/c.yaml', 'bundles'),
    checkedDocument('d', { path: 'catalog/databases/d.yaml', owner: { team: 'declared', contact: 'd@example.com' } }),
  ],
  broken: [],
  findings: [],
  ...parts,
});

const file = (text: string, root = '') => ({ path: '.github/CODEOWNERS', text, root });

test('a document without an owner has the first of CODEOWNERS, one with an owner keeps it', (t) => {
  const text =
    '* @org/everyone\n/catalog/databases/ @org/platform-data @lead\n/bundles/ bundles@example.com\n/catalog/compute/';
  const { documents, categories, findings } = applyOwners(verdict(), file(text));
  t.deepEqual(
    documents.map(({ id, owner }) => [id, owner]),
    [
      ['a', { team: 'platform-data' }],
      ['b', null],
      ['c', { team: 'bundles@example.com' }],
      ['d', { team: 'declared', contact: 'd@example.com' }],
    ],
  );
  t.deepEqual(categories, [
    { category: 'bundles', owners: ['bundles@example.com'] },
    { category: 'databases', owners: ['platform-data', '@lead'] },
  ]);
  t.deepEqual(findings, []);
});

test('a category is owned by who owns all of its folder, also while its only file is broken', (t) => {
  const text =
    '/catalog/databases/ @org/data\n/catalog/databases/a.yaml @org/special\n/catalog/queues/*.yaml @org/queues';
  const { categories } = applyOwners(verdict({ broken: [{ path: 'catalog/queues/x.yaml' }] }), file(text));
  t.deepEqual(categories, [
    { category: 'databases', owners: ['data'] },
    { category: 'queues', owners: ['queues'] },
  ]);
});

test('patterns are about the repository, of which the catalog may be a folder', (t) => {
  const text = '/platform/catalog/databases/ @org/inner\n/catalog/compute/ @org/outer';
  const { documents } = applyOwners(verdict(), file(text, 'platform'));
  t.deepEqual(
    documents.map(({ owner }) => owner?.team),
    ['inner', undefined, undefined, 'declared'],
  );
});

test('lines without effect are warnings at their place', (t) => {
  const { findings } = applyOwners(verdict(), file('# fine\n!x @a'));
  t.is(findings.length, 1);
  t.like(findings[0], { path: '.github/CODEOWNERS', line: 2, column: 1, severity: 'warning', code: 'CODEOWNERS_LINE' });
  t.true(applyOwners(verdict(), file('!x @a\n'.repeat(5_000))).findings.length <= 100);
});

test('without the file nothing is added', (t) => {
  t.deepEqual(applyOwners(verdict(), null), { documents: verdict().documents, categories: [], findings: [] });
});
