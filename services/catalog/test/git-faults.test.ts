import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createGitSource, type GitSourceOptions } from '../src/adapters/git/git-source.ts';
import { isBranchName } from '../src/adapters/git/heads.ts';
import type { CatalogSource } from '../src/core/ports/catalog-source.ts';
import { snapshotFrom } from './catalog-source.contract.ts';
import { createTestRepository, temporaryFolder } from './git-repository.ts';

const setUp = async (t: ExecutionContext, options: Partial<GitSourceOptions> = {}) => {
  const repository = await createTestRepository(t);
  const cacheDirectory = join(await temporaryFolder(t), 'cache');
  const open = (more: Partial<GitSourceOptions> = {}): CatalogSource =>
    createGitSource({ url: repository.url, root: '', cacheDirectory, environment: process.env, ...options, ...more });
  return { ...repository, source: open(), open, cacheDirectory };
};

const reasonOf = async (source: CatalogSource): Promise<string> => {
  const read = await source.read(null, 'always');
  return read.ok ? '' : read.error.reason;
};

const FILES = { 'catalog/x/a.yaml': 'a' };

test('a branch is read by its name, and a branch or repository that is not there is named', async (t) => {
  const { open, url, folder, git, commit, source } = await setUp(t);
  t.is(await reasonOf(source), `${url} has no default branch`);
  await commit(FILES);
  await git('checkout', '-q', '-b', 'release/1');
  await commit({ 'catalog/x/b.yaml': 'b' });
  t.is(await reasonOf(open({ branch: 'absent' })), `${url} has no branch absent`);
  const snapshot = await snapshotFrom(t, open({ branch: 'release/1' }));
  t.like(snapshot, { branch: 'release/1', files: [{ path: 'catalog/x/b.yaml' }] });
  t.like(await snapshotFrom(t, open({ branch: 'main' })), { files: [{ path: 'catalog/x/a.yaml' }] });
  await rm(folder, { recursive: true });
  t.is(await reasonOf(source), `there is no repository at ${url}, or it may not be read`);
});

test('the catalog may be a folder of the repository', async (t) => {
  const { open, commit, url } = await setUp(t);
  await commit({ 'a/b/catalog/x/a.yaml': 'a', 'catalog/x/other.yaml': 'x', CODEOWNERS: '* @a' });
  const source = open({ root: 'a/b' });
  t.is(source.name, `${url} (a/b)`);
  t.like(await snapshotFrom(t, source), {
    files: [{ path: 'catalog/x/a.yaml' }],
    codeowners: { path: 'CODEOWNERS', root: 'a/b' },
  });
  t.is(await reasonOf(open({ root: 'absent' })), `absent of ${url} holds neither a catalog nor a bundles folder`);
});

test('submodules are refused by name', async (t) => {
  const { source, git, commit } = await setUp(t);
  await commit(FILES);
  const head = await git('rev-parse', 'HEAD');
  await git('update-index', '--add', '--cacheinfo', `160000,${head},catalog/x/module`);
  await git('commit', '-q', '-m', 'module');
  t.like((await snapshotFrom(t, source)).unreadable, [{ path: 'catalog/x/module', code: 'FILE_IS_SUBMODULE' }]);
});

test('attributes, hooks and configuration that a repository or its surroundings bring along have no effect', async (t) => {
  const home = await temporaryFolder(t);
  const trace = join(home, 'obeyed');
  await mkdir(join(home, 'hooks'));
  await writeFile(join(home, 'hooks/reference-transaction'), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
  await writeFile(
    join(home, '.gitconfig'),
    `[core]\n hooksPath = ${join(home, 'hooks')}\n[url "file:///nowhere/"]\n insteadOf = file:///\n`,
  );
  const environment = {
    ...process.env,
    HOME: home,
    GIT_DIR: '/nowhere',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: join(home, 'hooks'),
  };
  const { source, commit } = await setUp(t, { environment });
  const text = '$Id$ $Format:%H$\n';
  await commit({ 'catalog/x/a.yaml': text, '.gitattributes': '*.yaml ident export-subst export-ignore eol=crlf' });
  t.deepEqual((await snapshotFrom(t, source)).files, [{ path: 'catalog/x/a.yaml', text }]);
  t.false((await readdir(home)).includes('obeyed'));
});

test('a mirror that was damaged is made anew', async (t) => {
  const { source, commit, cacheDirectory } = await setUp(t);
  await commit(FILES);
  const known = await snapshotFrom(t, source);
  const [mirror = ''] = await readdir(cacheDirectory);
  await writeFile(join(cacheDirectory, mirror, 'refs/heads/main.lock'), '');
  await commit({ 'catalog/x/b.yaml': 'b' });
  t.not(await reasonOf(source), '');
  t.deepEqual((await snapshotFrom(t, source, known)).files, [{ path: 'catalog/x/b.yaml', text: 'b' }]);
});

test('a cache that others may write to is not used', async (t) => {
  const { source, commit, cacheDirectory } = await setUp(t);
  await commit(FILES);
  await mkdir(cacheDirectory);
  await chmod(cacheDirectory, 0o777);
  t.regex(await reasonOf(source), /may be written to by others/);
});

test('git that is not installed is told', async (t) => {
  const { open } = await setUp(t);
  t.is(await reasonOf(open({ environment: { PATH: '/nowhere' } })), 'git is not installed');
});

test('a server that never answers is given up on', async (t) => {
  const { open, commit } = await setUp(t);
  await commit(FILES);
  const bin = await temporaryFolder(t);
  await writeFile(join(bin, 'git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const environment = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  t.regex(await reasonOf(open({ environment, timeoutMs: 200 })), /took too long/);
});

test('a server that answers without end is given up on', async (t) => {
  const { open } = await setUp(t);
  const bin = await temporaryFolder(t);
  await writeFile(join(bin, 'git'), '#!/bin/sh\nexec yes\n', { mode: 0o755 });
  const environment = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  t.regex(await reasonOf(open({ environment })), /answered too much/);
});

test('addresses that run programs are refused by git as well', async (t) => {
  const { open } = await setUp(t);
  t.regex(await reasonOf(open({ url: 'ext::sh -c touch% /tmp/obeyed' })), /not allowed/);
  t.regex(await reasonOf(open({ url: 'http://127.0.0.1:9/x.git' })), /not allowed/);
});

test('the token is sent to the server and is in no reason, argument or file', async (t) => {
  const canary = 'canary-0123456789abcdef';
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(`no ${canary}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const bin = await temporaryFolder(t);
  const real = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'git'));
  // A git that writes its arguments down, and takes http in the place of https.
  const wrapper = `#!/bin/sh\nprintf '%s\\n' "$@" >> ${bin}/arguments\nfor git in ${real.join(' ')}; do [ -x "$git" ] && GIT_ALLOW_PROTOCOL=http exec "$git" "$@"; done\n`;
  await writeFile(join(bin, 'git'), wrapper, { mode: 0o755 });
  const environment = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const url = `http://127.0.0.1:${port}/x.git`;
  const { open, cacheDirectory } = await setUp(t, { environment });
  const reason = await reasonOf(open({ url, token: canary }));
  t.is(reason, `authentication failed for ${url}`);
  t.is(seen[0], `Basic ${Buffer.from(`x-access-token:${canary}`).toString('base64')}`);
  const written = await readFile(join(bin, 'arguments'), 'utf8');
  t.true(written.includes('ls-remote'));
  for (const secret of [canary, Buffer.from(`x-access-token:${canary}`).toString('base64')])
    t.false(written.includes(secret));
  t.deepEqual(await readdir(cacheDirectory), []);
});

test('names of branches are those that git takes', (t) => {
  for (const name of ['main', 'release/1.2', 'a@b', 'ü', 'feature#1']) t.true(isBranchName(name), name);
  for (const name of [
    '',
    '-x',
    '@',
    'a..b',
    'a b',
    'a~1',
    'a:b',
    'a/',
    '/a',
    'a.lock',
    'a//b',
    '.a',
    'a/.b',
    'a*',
    'a\\b',
    'a@{1}',
    'a\n',
  ]) {
    t.false(isBranchName(name), name);
  }
});
