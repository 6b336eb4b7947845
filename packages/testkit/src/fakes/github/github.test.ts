import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type FakeGithub, type FakeGithubOptions, startFakeGithub } from './github.ts';

const run = promisify(execFile);

const start = async (t: ExecutionContext, options?: FakeGithubOptions): Promise<FakeGithub> => {
  const github = await startFakeGithub(options);
  t.teardown(() => github.close());
  return github;
};

const FILES = { 'catalog/a/x.yaml': 'x', 'catalog/a.yaml': 'a', 'catalog-b': 'b', README: 'read me', 'ü.txt': 'ü' };

/** The members that the tests look at; one that is absent fails the test that wants it. */
interface Body {
  readonly default_branch: string;
  readonly object: { readonly sha: string };
  readonly tree: { readonly sha: string } & readonly { readonly path: string; readonly sha: string }[];
  readonly content: string;
  readonly status: string;
}

const ask = async ({ apiUrl }: FakeGithub, path: string, init?: RequestInit) => {
  const response = await fetch(`${apiUrl}/repos/octo/catalog${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text || '{}') as Body };
};

test('its trees and blobs have the names that git gives them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-fake-github-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  await run('git', ['init', '-q'], { cwd: folder, env });
  await run('git', ['add', '.'], { cwd: folder, env });
  const { stdout } = await run('git', ['write-tree'], { cwd: folder, env });
  const { repository } = await start(t);
  const commit = repository.commit(FILES);
  t.is(repository.commits.get(commit)?.tree, stdout.trim());
});

test('what it answers is what GitHub describes', async (t) => {
  const github = await start(t);
  t.is((await ask(github, '/git/ref/heads/main')).status, 409);
  const first = github.repository.commit(FILES);
  const second = github.repository.commit({ README: 'other' });
  t.is((await ask(github, '')).body.default_branch, 'main');
  t.is((await ask(github, '/git/ref/heads/main')).body.object.sha, second);
  t.is((await ask(github, '/git/ref/heads%2Fabsent')).status, 404);
  const { body: commit } = await ask(github, `/git/commits/${first}`);
  const { body: tree } = await ask(github, `/git/trees/${commit.tree.sha}?recursive=1`);
  t.is(tree.tree.length, 7);
  const { body: blob } = await ask(github, `/git/blobs/${tree.tree.find((entry) => entry.path === 'ü.txt')?.sha}`);
  t.is(Buffer.from(blob.content, 'base64').toString(), 'ü');
  t.is((await ask(github, `/compare/${first}...${second}?per_page=1`)).body.status, 'ahead');
  t.is((await ask(github, `/compare/${second}...${first}`)).body.status, 'behind');
  const body = JSON.stringify({ state: 'success', context: 'c' });
  t.is((await ask(github, `/statuses/${first}`, { method: 'POST', body })).status, 201);
  t.deepEqual(github.statuses, [{ sha: first, state: 'success', context: 'c', description: null }]);
  t.deepEqual(github.violations, []);
});

test('calls that GitHub does not describe are told', async (t) => {
  const github = await start(t);
  const sha = github.repository.commit(FILES);
  t.is((await ask(github, `/git/trees/${sha}?deep=1`)).status, 422);
  t.is((await ask(github, `/statuses/${sha}`, { method: 'POST', body: '{"state":"fine"}' })).status, 422);
  t.is(github.violations.length, 2);
});

test('an answer that is held already costs nothing, and answers can be spoiled', async (t) => {
  const github = await start(t);
  github.repository.commit(FILES);
  const etag = (await ask(github, '')).headers.get('etag') ?? '';
  t.is((await ask(github, '', { headers: { 'if-none-match': etag } })).status, 304);
  github.spoil('repos/get', () => ({ status: 500 }), 1);
  t.is((await ask(github, '')).status, 500);
  t.is((await ask(github, '')).status, 200);
  t.deepEqual(
    github.ledger.map(({ status }) => status),
    [200, 304, 500, 200],
  );
});

test('a private repository is shown to its token alone', async (t) => {
  const github = await start(t, { token: 'secret', basePath: '/api/v3' });
  github.repository.commit(FILES);
  t.is((await ask(github, '')).status, 404);
  t.is((await ask(github, '', { headers: { authorization: 'token other' } })).status, 401);
  t.is((await ask(github, '', { headers: { authorization: 'token secret' } })).status, 200);
});
