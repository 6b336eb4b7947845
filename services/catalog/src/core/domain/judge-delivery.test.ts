import type { Json, JsonObject } from '@pao/kernel';
import test from 'ava';
import { judgeDelivery } from './judge-delivery.ts';

const SHA = 'a'.repeat(40);

const commit = (...modified: readonly string[]): JsonObject => ({ id: SHA, added: [], modified, removed: [] });

const push = (members: JsonObject = {}): JsonObject => ({
  ref: 'refs/heads/main',
  after: SHA,
  created: false,
  deleted: false,
  forced: false,
  repository: { default_branch: 'main' },
  commits: [commit('catalog/databases/a.yaml')],
  ...members,
});

const outcomeOf = (payload: Json, branch: string | undefined = 'main', folder = '') =>
  judgeDelivery('push', payload, { branch, folder }).outcome;

test('a push to the branch that touches the catalog leads to a sync, and is kept by ref and commit', (t) => {
  t.like(judgeDelivery('push', push(), { branch: 'main', folder: '' }), {
    outcome: 'accepted',
    ref: 'refs/heads/main',
    after: SHA,
  });
  for (const path of ['bundles/a.yaml', 'CODEOWNERS', '.github/CODEOWNERS', 'docs/CODEOWNERS'])
    t.is(outcomeOf(push({ commits: [commit('README.md'), commit(path)] })), 'accepted', path);
  for (const list of ['added', 'removed'])
    t.is(outcomeOf(push({ commits: [{ ...commit(), [list]: ['catalog/x/a.yaml'] }] })), 'accepted', list);
});

test('a push to another branch, or of a tag, is ignored', (t) => {
  for (const ref of ['refs/heads/maintenance', 'refs/heads/x/main', 'refs/tags/main', 'refs/notes/commits'])
    t.is(outcomeOf(push({ ref })), 'ignored', ref);
  t.is(outcomeOf(push(), 'release/1'), 'ignored');
  t.is(outcomeOf(push({ ref: 'refs/heads/release/1' }), 'release/1'), 'accepted');
});

test('without a branch of its own the catalog follows the default branch', (t) => {
  t.is(outcomeOf(push(), undefined), 'accepted');
  const other = push({ repository: { default_branch: 'trunk' } });
  t.is(judgeDelivery('push', other, { branch: undefined, folder: '' }).outcome, 'ignored');
  const unknown = push({ repository: null });
  t.is(judgeDelivery('push', unknown, { branch: undefined, folder: '' }).outcome, 'accepted');
});

test('a push that touches nothing of the catalog is ignored', (t) => {
  for (const path of ['README.md', 'src/catalog/a.yaml', 'catalogue/a.yaml', 'docs/bundles/a.yaml', 'MYCODEOWNERS'])
    t.is(outcomeOf(push({ commits: [commit(path)] })), 'ignored', path);
});

test('with a folder only what lies in it counts, and owners wherever they are', (t) => {
  const touching = (path: string) => outcomeOf(push({ commits: [commit(path)] }), 'main', 'platform/pao');
  t.is(touching('platform/pao/catalog/a.yaml'), 'accepted');
  t.is(touching('platform/pao/bundles/a.yaml'), 'accepted');
  t.is(touching('.github/CODEOWNERS'), 'accepted');
  t.is(touching('catalog/a.yaml'), 'ignored');
  t.is(touching('platform/pao2/catalog/a.yaml'), 'ignored');
});

test('where the payload does not tell all that was touched, it counts as touching the catalog', (t) => {
  const elsewhere = commit('README.md');
  const cases: readonly JsonObject[] = [
    { forced: true, commits: [elsewhere] },
    { forced: null, commits: [elsewhere] },
    { created: true, commits: [elsewhere] },
    { deleted: true, commits: [] },
    { commits: [] },
    { commits: null },
    { commits: {} },
    { commits: Array.from({ length: 21 }, () => elsewhere) },
    { commits: [elsewhere, null] },
    { commits: [{ ...elsewhere, removed: null }] },
    { commits: [{ id: SHA }] },
    { commits: [{ ...elsewhere, added: [1] }] },
  ];
  for (const members of cases) t.is(outcomeOf(push(members)), 'accepted', JSON.stringify(members));
  t.is(outcomeOf(push({ commits: Array.from({ length: 20 }, () => elsewhere) })), 'ignored');
  for (const payload of [null, 1, 'push', [], {}]) t.is(outcomeOf(payload), 'accepted', JSON.stringify(payload));
});

test('of a strange ref or commit nothing is kept', (t) => {
  const strange = push({ ref: `refs/heads/${'x'.repeat(400)}`, after: 'not a commit' });
  t.like(judgeDelivery('push', strange, { branch: 'main', folder: '' }), { ref: null, after: null });
  for (const ref of ['refs/heads/a\u0000b', 'refs/heads/a\ud800', 7, null])
    t.is(judgeDelivery('push', push({ ref }), { branch: 'main', folder: '' }).ref, null);
});

test('a ping is answered, and every other event ignored', (t) => {
  t.is(judgeDelivery('ping', {}, { branch: 'main', folder: '' }).outcome, 'pong');
  for (const event of ['pull_request', 'installation', 'anything_new', 'constructor'])
    t.like(judgeDelivery(event, push(), { branch: 'main', folder: '' }), {
      outcome: 'ignored',
      ref: null,
      after: null,
    });
});
