import { type FakeGithub, type FakeGithubOptions, githubRateLimited, replyWith, startFakeGithub } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createGithubClient } from '../src/adapters/github/github-client.ts';
import { createGithubCommitReporter } from '../src/adapters/github/github-commit-reporter.ts';
import { createGithubSource } from '../src/adapters/github/github-source.ts';
import type { CatalogSource } from '../src/core/ports/catalog-source.ts';
import { snapshotFrom } from './catalog-source.contract.ts';

interface SetUp extends FakeGithubOptions {
  readonly given?: string;
  readonly branch?: string;
  readonly root?: string;
  readonly timeoutMs?: number;
}

const FILES = { 'catalog/x/a.yaml': 'a', 'catalog/x/b.yaml': 'b', 'catalog/y/c.yaml': 'c' };

const setUp = async (t: ExecutionContext, options: SetUp = {}) => {
  const { given, branch, root = '', timeoutMs, ...fake } = options;
  const github = await startFakeGithub(fake);
  t.teardown(() => github.close());
  const clock = { now: new Date() };
  const client = createGithubClient({
    apiUrl: github.apiUrl,
    owner: 'octo',
    repository: 'catalog',
    now: () => clock.now,
    ...(given !== undefined && { token: given }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const source = createGithubSource({ client, root, ...(branch !== undefined && { branch }) });
  return { github, clock, client, source };
};

const reasonOf = async (source: CatalogSource): Promise<string> => {
  const read = await source.read(null, 'if-changed');
  return read.ok ? '' : read.error.reason;
};

const asked = ({ ledger }: FakeGithub, operation: string): number =>
  ledger.filter((entry) => entry.operation === operation && entry.status !== 304).length;

test('what is unchanged costs nothing of the rate limit', async (t) => {
  const { github, source } = await setUp(t);
  github.repository.commit(FILES);
  const known = await snapshotFrom(t, source);
  const before = github.ledger.length;
  t.deepEqual(await source.read(known, 'if-changed'), { ok: true, value: 'unchanged' });
  t.deepEqual(
    github.ledger.slice(before).map(({ status }) => status),
    [304, 304],
  );
});

test('only the contents that are not held are asked for', async (t) => {
  const { github, source } = await setUp(t);
  github.repository.commit(FILES);
  const first = await snapshotFrom(t, source);
  t.is(asked(github, 'git/get-blob'), 3);
  github.repository.commit({ ...FILES, 'catalog/x/a.yaml': 'new', 'catalog/z/moved.yaml': 'b' });
  t.is((await snapshotFrom(t, source, first)).files.length, 4);
  t.is(asked(github, 'git/get-blob'), 4);
});

test('a failure in the middle of the contents gives nothing, and the next reading goes on from there', async (t) => {
  const { github, source } = await setUp(t);
  const names = Array.from({ length: 40 }, (_, index) => `catalog/x/${index}.yaml`);
  github.repository.commit(Object.fromEntries(names.map((name) => [name, name])));
  let answered = 0;
  github.spoil('git/get-blob', (reply) => (++answered > 20 ? { status: 500 } : reply), 30);
  t.regex(await reasonOf(source), /^GitHub answered 500 for github:octo\/catalog/);
  const loaded = github.ledger.filter(({ operation, status }) => operation === 'git/get-blob' && status === 200).length;
  t.true(loaded >= 20 && loaded < 40);
  github.spoil('git/get-blob', (reply) => reply);
  const before = github.ledger.length;
  answered = -1_000;
  t.is((await snapshotFrom(t, source)).files.length, 40);
  t.true(github.ledger.length - before < 40);
});

test('a rate limit is told with its end, and until then GitHub is not asked', async (t) => {
  const { github, source, clock } = await setUp(t);
  github.repository.commit(FILES);
  const resetAt = new Date(Math.ceil(clock.now.getTime() / 1_000) * 1_000 + 600_000);
  github.next(githubRateLimited(resetAt));
  const reason = `GitHub's rate limit is used up until ${resetAt.toISOString()}`;
  t.is(await reasonOf(source), reason);
  t.is(await reasonOf(source), reason);
  t.is(github.calls.length, 1);
  clock.now = resetAt;
  t.is((await snapshotFrom(t, source)).files.length, 3);
});

test('a secondary rate limit is waited for as long as GitHub says', async (t) => {
  for (const status of [403, 429]) {
    const { github, source, clock } = await setUp(t);
    github.repository.commit(FILES);
    github.next(replyWith(status, { message: 'slow down' }, { 'retry-after': '30' }));
    t.regex(await reasonOf(source), /rate limit/);
    clock.now = new Date(clock.now.getTime() + 29_000);
    t.regex(await reasonOf(source), /rate limit/);
    clock.now = new Date(clock.now.getTime() + 1_000);
    t.is(await reasonOf(source), '');
  }
});

test('a tree too large for one answer is read folder by folder, and only where the catalog is', async (t) => {
  const { github, source } = await setUp(t, { root: 'platform' });
  const other = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`other/${index}/file`, 'x']));
  const files = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`platform/${path}`, text]));
  github.repository.commit({ ...files, ...other, 'platform/src/x.yaml': 'x', '.github/CODEOWNERS': '* @a' });
  github.spoil(
    'git/get-tree',
    (reply) => ({ ...reply, body: { ...(reply.body as object), tree: [], truncated: true } }),
    1,
  );
  const snapshot = await snapshotFrom(t, source);
  t.deepEqual(
    snapshot.files.map(({ path }) => path),
    Object.keys(FILES),
  );
  t.deepEqual(snapshot.codeowners, { path: '.github/CODEOWNERS', text: '* @a', root: 'platform' });
  t.is(asked(github, 'git/get-tree'), 7);
  t.deepEqual(github.violations, []);
});

test('answers that are not as documented are refused', async (t) => {
  const { github, source } = await setUp(t);
  github.repository.commit({ 'catalog/x/a.yaml': 'a' });
  const bodies: readonly (readonly [Parameters<FakeGithub['spoil']>[0], unknown])[] = [
    ['repos/get', { default_branch: null }],
    ['git/get-ref', { ref: 'refs/heads/main', object: { type: 'commit', sha: '../../etc' } }],
    ['git/get-ref', null],
    ['git/get-commit', { sha: 'a'.repeat(40) }],
    [
      'git/get-tree',
      { sha: 'a'.repeat(40), truncated: false, tree: [{ path: 'x', mode: '100644', type: 'blob', sha: 'x' }] },
    ],
    ['git/get-tree', { sha: 'a'.repeat(40), tree: null }],
    ['git/get-tree', '<html>'],
    ['git/get-blob', { sha: 'a'.repeat(40), encoding: 'base64', content: Buffer.from('other').toString('base64') }],
    ['git/get-blob', { sha: 'a'.repeat(40), encoding: 'utf-8', content: 'a' }],
  ];
  for (const [operation, body] of bodies) {
    github.spoil(operation, () => ({ status: 200, body }), 1);
    t.regex(await reasonOf(source), /not as it is documented|another content/, `${operation} ${JSON.stringify(body)}`);
  }
});

test('a name that leads out of the repository is a finding', async (t) => {
  const { github, source } = await setUp(t);
  github.repository.commit(FILES);
  github.spoil('git/get-tree', (reply) => {
    const body = reply.body as { readonly tree: readonly { readonly path: string }[] };
    const tree = body.tree.map((entry) =>
      entry.path.endsWith('a.yaml') ? { ...entry, path: 'catalog/../../a.yaml' } : entry,
    );
    return { ...reply, body: { ...body, tree } };
  });
  const snapshot = await snapshotFrom(t, source);
  t.is(snapshot.files.length, 2);
  t.like(snapshot.unreadable, [{ code: 'FILE_NAME', path: 'catalog' }]);
});

test('a connection that hangs, breaks or is cut leads to a reason', async (t) => {
  const { github, source } = await setUp(t, { timeoutMs: 1_500 });
  github.repository.commit(FILES);
  github.next({ kind: 'hang' });
  t.regex(await reasonOf(source), /took too long/);
  github.next({ kind: 'reset' });
  t.regex(await reasonOf(source), /cannot be reached/);
  github.next({ kind: 'truncate' });
  t.not(await reasonOf(source), '');
  t.is(await reasonOf(source), '');
});

test('what is absent is named: the repository, the branch, the commits', async (t) => {
  const { github, source } = await setUp(t, { token: 'secret' });
  t.is(await reasonOf(source), `there is no ${source.name}, or it may not be read`);
  github.repository.commit(FILES);
  const open = await setUp(t, { branch: 'absent' });
  t.is(await reasonOf(open.source), `${open.source.name} is empty: Git Repository is empty.`);
  open.github.repository.commit(FILES);
  t.is(await reasonOf(open.source), `${open.source.name} has no branch absent`);
});

test('a branch with slashes is read', async (t) => {
  const { github, source } = await setUp(t, { branch: 'release/2026/a' });
  github.repository.commit(FILES, { branch: 'release/2026/a' });
  t.is((await snapshotFrom(t, source)).branch, 'release/2026/a');
});

test('redirects are followed on the same server and nowhere else', async (t) => {
  const { github, source } = await setUp(t, { given: 'secret', token: 'secret' });
  const elsewhere = await startFakeGithub();
  t.teardown(() => elsewhere.close());
  github.repository.commit(FILES);
  github.spoil('repos/get', () => ({ status: 301, headers: { location: `${elsewhere.url}/repos/octo/catalog` } }), 1);
  t.regex(await reasonOf(source), /has moved/);
  t.is(elsewhere.calls.length, 0);
  github.spoil('repos/get', () => ({ status: 301, headers: { location: '/repos/octo/catalog' } }), 1);
  t.is((await snapshotFrom(t, source)).files.length, 3);
});

test('the token never stands in a reason, whatever GitHub says', async (t) => {
  const canary = 'ghp_canary0123456789';
  const { github, source } = await setUp(t, { given: canary, token: 'another' });
  t.is(await reasonOf(source), `authentication failed for ${source.name}`);
  for (const status of [400, 403, 409, 422, 500]) {
    github.next(replyWith(status, { message: `token ${canary} is bad`, documentation_url: canary }));
    const reason = await reasonOf(source);
    t.true(reason.length > 10 && !reason.includes(canary), reason);
  }
});

test('a commit is told its outcome once, on an Enterprise Server as well', async (t) => {
  const { github, client } = await setUp(t, { given: 'secret', token: 'secret', basePath: '/api/v3' });
  const sha = github.repository.commit(FILES);
  const reporter = createGithubCommitReporter(client);
  await reporter.report({ commit: sha, errors: 0 });
  await reporter.report({ commit: sha, errors: 0 });
  await reporter.report({ commit: sha, errors: 3 });
  t.deepEqual(
    github.statuses.map(({ state, context }) => `${context} ${state}`),
    ['pao/catalog success', 'pao/catalog failure'],
  );
  t.true(github.statuses.every(({ description }) => (description ?? '').length <= 140));
  t.true(github.statuses[1]?.description?.includes('3 errors'));
  t.deepEqual(github.violations, []);
  github.next(replyWith(403, { message: 'Resource not accessible' }));
  const error = await t.throwsAsync(reporter.report({ commit: sha, errors: 1 }));
  t.false(error.message.includes('secret'));
});
