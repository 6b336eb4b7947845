import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionRunner } from '@pao/executor-sdk';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { createEgress } from '@pao/outgoing';
import { httpServer } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createGitCommitActions } from '../src/adapters/git/action.ts';
import { createGithub } from '../src/adapters/github/instances.ts';
import { refused, senderTo } from './support/effects.ts';
import { AUTHOR, attempt, carriedOut, commitConfig, stepOf } from './support/github.ts';

interface Remote {
  readonly folder: string;
  readonly url: string;
  git(...args: readonly string[]): string;
}

const IDENTITY = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.test'];

/** A bare repository with a first commit that holds a link out of it. */
const startRemote = (t: ExecutionContext): Remote => {
  const folder = mkdtempSync(join(tmpdir(), 'pao-remote-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [bare, tree] = [join(folder, 'remote.git'), join(folder, 'tree')];
  const run = (args: readonly string[], cwd: string): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  mkdirSync(tree);
  run(['init', '--bare', '--quiet', '--initial-branch=main', bare], folder);
  run(['init', '--quiet', '--initial-branch=main'], tree);
  mkdirSync(join(tree, 'topics'));
  writeFileSync(join(tree, 'topics', 'payments.yaml'), 'name: payments\n');
  symlinkSync(folder, join(tree, 'out'));
  run(['add', '.'], tree);
  run([...IDENTITY, 'commit', '--quiet', '-m', 'first'], tree);
  run(['push', '--quiet', bare, 'main'], tree);
  return { folder, url: `file://${bare}`, git: (...args) => run(args, bare) };
};

const actionFor = (
  t: ExecutionContext,
  allow: readonly string[],
  more: {
    readonly port?: number;
    readonly credentials?: readonly string[];
    readonly environment?: NodeJS.ProcessEnv;
  } = {},
): ActionRunner => {
  const target = { port: more.port ?? 1 };
  const [action] = createGitCommitActions({
    github: createGithub({ instances: [], allow: [], send: senderTo(t, target), now: () => new Date() }),
    remotes: {
      allow,
      credentials: new Map((more.credentials ?? []).map((host) => [host, { username: 'pao', secretRef: 'env:GIT' }])),
      egress: createEgress({ allow: new Set([`127.0.0.1:${target.port}`]), map: new Map() }),
      secrets: createEnvironmentSecrets(new Map([['GIT', 'canary-3f9a1c77']])),
    },
    author: AUTHOR,
    allowWorkflowFiles: false,
    environment: { ...process.env, ...more.environment },
    now: () => new Date(),
  });
  if (!action) throw new Error('no action');
  return action;
};

const context = { name: attempt('commit'), remainingMs: 20_000 };

test('a commit is pushed to any repository, and its attempt finds it again', async (t) => {
  const remote = startRemote(t);
  const action = actionFor(t, [`file://${remote.folder}`]);
  const config = commitConfig({ repository: remote.url });
  const effect = await stepOf(action, config);
  t.is((await effect.probe(context)).kind, 'inconclusive');
  const done = await effect.run(context);
  const sha = remote.git('rev-parse', 'main');
  t.like(done, { kind: 'ok', offered: { commitSha: sha, branch: 'main' } });
  t.is(remote.git('show', 'main:topics/orders.yaml'), 'name: orders');
  t.is(remote.git('show', 'main:topics/payments.yaml'), 'name: payments');
  t.is(remote.git('log', '-1', '--format=%an <%ae> %ct', 'main'), 'Orchestrator <pao@example.test> 1730616033');
  t.like(await effect.run(context), { kind: 'ok', offered: { commitSha: sha } });
  const probe = await effect.probe(context);
  t.is(probe.kind === 'found' && probe.success.offered['commitSha'], sha);
  t.is(remote.git('rev-list', '--count', 'main'), '2');
});

test('two tries make the same commit, and a branch that is not there is begun', async (t) => {
  const remote = startRemote(t);
  const action = actionFor(t, [`file://${remote.folder}`]);
  const config = commitConfig({ repository: remote.url, branch: 'topic/orders' });
  await carriedOut(action, config);
  const first = remote.git('rev-parse', 'topic/orders');
  remote.git('branch', '-D', 'topic/orders');
  await carriedOut(action, config);
  t.is(remote.git('rev-parse', 'topic/orders'), first);
  t.is(remote.git('rev-list', '--count', 'main'), '1');
});

test('what a link leads to is neither read nor written', async (t) => {
  const remote = startRemote(t);
  const action = actionFor(t, [`file://${remote.folder}`]);
  for (const path of ['out/evil.txt', 'out', 'topics']) {
    const files = [{ path, contentTemplate: 'x' }];
    const [verdict] = await carriedOut(action, commitConfig({ repository: remote.url, files }));
    t.like(verdict, { kind: 'definite-failure', failure: { code: 'COMMIT_CONFLICT' } });
  }
  t.false(existsSync(join(remote.folder, 'evil.txt')));
  t.is(remote.git('rev-list', '--count', 'main'), '1');
});

test('a server that refuses the commit fails it for certain', async (t) => {
  const remote = startRemote(t);
  const hook = join(remote.folder, 'remote.git', 'hooks', 'pre-receive');
  mkdirSync(join(remote.folder, 'remote.git', 'hooks'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const [verdict] = await carriedOut(
    actionFor(t, [`file://${remote.folder}`]),
    commitConfig({ repository: remote.url }),
  );
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'PUSH_REFUSED' } });
});

test('nothing of the surroundings has a say: no hooks, no settings, no variables', async (t) => {
  const remote = startRemote(t);
  const trap = join(remote.folder, 'trapped');
  const hooks = join(remote.folder, 'hooks');
  mkdirSync(hooks);
  for (const name of ['pre-push', 'reference-transaction', 'post-index-change']) {
    writeFileSync(join(hooks, name), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  }
  const settings = join(remote.folder, '.gitconfig');
  writeFileSync(settings, `[core]\nhooksPath = ${hooks}\n[user]\nname = Mallory\n`);
  const environment = {
    HOME: remote.folder,
    GIT_CONFIG_GLOBAL: settings,
    GIT_DIR: '/nowhere',
    GIT_AUTHOR_NAME: 'Mallory',
  };
  const action = actionFor(t, [`file://${remote.folder}`], { environment });
  const [verdict] = await carriedOut(action, commitConfig({ repository: remote.url }));
  t.is(verdict?.kind, 'ok', JSON.stringify(verdict));
  t.false(existsSync(trap));
  t.is(remote.git('log', '-1', '--format=%an', 'main'), 'Orchestrator');
});

test('a server on the web gets the credentials of its host, which stand in no argument and no failure', async (t) => {
  const seen: string[] = [];
  const server = await httpServer(t, ({ headers, url }, response) => {
    seen.push(`${url} ${headers.authorization ?? ''}`);
    response.writeHead(403).end('no');
  });
  const repository = `${server.url}/a/b.git`;
  const action = actionFor(t, [`127.0.0.1:${server.port}`], { port: server.port, credentials: ['127.0.0.1'] });
  const [verdict] = await carriedOut(action, commitConfig({ repository }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'GIT_AUTHENTICATION_FAILED' } });
  t.is(seen.length, 1);
  t.true(seen[0]?.includes(`Basic ${Buffer.from('pao:canary-3f9a1c77').toString('base64')}`));
  const told = JSON.stringify(verdict);
  t.false(told.includes('canary') || told.includes(Buffer.from('pao:canary-3f9a1c77').toString('base64')));
});

test('addresses off the internet, servers that are not listed, and redirects are not followed', async (t) => {
  const server = await httpServer(t, (_request, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  );
  const repository = `${server.url}/a/b.git`;
  const refusedAt = await carriedOut(actionFor(t, [`127.0.0.1:${server.port}`]), commitConfig({ repository }));
  t.like(refusedAt[0], { kind: 'definite-failure', failure: { code: 'EGRESS_REFUSED' } });
  t.is(server.connections(), 0);
  t.is((await refused(actionFor(t, []), { config: commitConfig({ repository }) })).code, 'REPOSITORY_REFUSED');
  const known = actionFor(t, [`127.0.0.1:${server.port}`], { port: server.port });
  const [moved] = await carriedOut(known, commitConfig({ repository }));
  t.like(moved, { kind: 'definite-failure', failure: { code: 'REPOSITORY_MISSING' } });
});

test('a pull request is nothing that git has', async (t) => {
  const config: JsonObject = commitConfig({ repository: 'file:///x/y', createPullRequest: true });
  const failure = await refused(actionFor(t, ['file:///x']), { config });
  t.is(failure.code, 'CONFIG_INVALID');
});
