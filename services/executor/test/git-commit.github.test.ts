import { generateKeyPairSync } from 'node:crypto';
import type { Verdict } from '@pao/executor-sdk';
import { githubRateLimited, type Reply } from '@pao/testkit';
import test from 'ava';
import { refused } from './support/effects.ts';
import { attempt, carriedOut, commitAction, commitConfig, fakeGithub, stepOf, TOKEN } from './support/github.ts';

const BASE = {
  README: 'read me',
  'topics/payments.yaml': 'name: payments\n',
  'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
};

const outputs = (verdict: Verdict | undefined) => (verdict?.kind === 'ok' ? verdict.offered : {});
const failureIn = (verdict: Verdict | undefined) => (verdict && verdict.kind !== 'ok' ? verdict.failure : undefined);

test('a commit changes its files and no others, by its author, on the day its task was made', async (t) => {
  const github = await fakeGithub(t);
  const base = github.repository.commit(BASE);
  const files = [
    { path: 'topics/orders.yaml', operation: 'create', contentTemplate: 'name: orders\n' },
    { path: 'run.sh', operation: 'update', contentTemplate: '#!/bin/sh\nexit 0\n' },
    { path: 'README', operation: 'delete' },
    { path: 'topics/payments.yaml', contentTemplate: 'name: payments\nsize: 2\n' },
  ];
  const [verdict] = await carriedOut(commitAction(t, github), commitConfig({ files }));
  const sha = github.repository.branches.get('main') ?? '';
  t.like(outputs(verdict), { commitSha: sha, url: `${github.url}/octo/infra/commit/${sha}`, branch: 'main' });
  const commit = github.repository.commits.get(sha);
  t.deepEqual(commit?.parents, [base]);
  t.is(commit?.message, `Add topic orders\n\nPao-Attempt: ${attempt('commit')}\n`);
  t.like(commit?.author, { name: 'Orchestrator', email: 'pao@example.test', date: '2024-11-03T06:40:33.000Z' });
  t.deepEqual(commit?.author, commit?.committer);
  t.is(github.repository.read('topics/orders.yaml'), 'name: orders\n');
  t.is(github.repository.read('topics/payments.yaml'), 'name: payments\nsize: 2\n');
  t.is(github.repository.read('README'), undefined);
  const root = github.repository.trees.get(commit?.tree ?? '');
  t.is(root?.find(({ name }) => name === 'run.sh')?.mode, '100755');
});

test('two tries of one generation make the same commit, another generation another one', async (t) => {
  const shas: (string | undefined)[] = [];
  for (const generation of [1, 1, 2]) {
    const github = await fakeGithub(t);
    github.repository.commit(BASE);
    await carriedOut(commitAction(t, github), commitConfig(), generation);
    shas.push(github.repository.branches.get('main'));
  }
  t.is(shas[0], shas[1]);
  t.not(shas[0], shas[2]);
});

test('a repetition finds the commit of the first try, even behind others, and makes none', async (t) => {
  const github = await fakeGithub(t);
  github.repository.commit(BASE);
  const action = commitAction(t, github);
  const [first] = await carriedOut(action, commitConfig());
  github.repository.commit({ ...BASE, 'topics/orders.yaml': 'name: orders\n', other: 'x' });
  const [second] = await carriedOut(action, commitConfig());
  t.deepEqual(outputs(second), outputs(first));
  t.is(github.ledger.filter(({ operation }) => operation === 'git/update-ref').length, 1);
});

test('a commit whose answer is lost is unknown, and is found', async (t) => {
  const github = await fakeGithub(t);
  github.repository.commit(BASE);
  const effect = await stepOf(commitAction(t, github), commitConfig());
  const context = { name: attempt('commit'), remainingMs: 20_000 };
  t.is((await effect.probe(context)).kind, 'inconclusive');
  github.spoil('git/update-ref', (): Reply => ({ status: 502, body: { message: 'Bad gateway' } }), 1);
  t.like(await effect.run(context), { kind: 'unknown', failure: { code: 'HTTP_502' } });
  const probe = await effect.probe(context);
  t.is(probe.kind === 'found' && probe.success.offered['commitSha'], github.repository.branches.get('main'));
});

test('whatever is lost before the branch moves is no effect', async (t) => {
  for (const operation of ['git/create-blob', 'git/create-tree', 'git/create-commit', 'git/get-tree'] as const) {
    const github = await fakeGithub(t);
    const before = github.repository.commit(BASE);
    github.spoil(operation, (): Reply => ({ status: 500, body: {} }), 1);
    const effect = await stepOf(commitAction(t, github), commitConfig());
    t.is((await effect.run({ name: attempt('commit'), remainingMs: 20_000 })).kind, 'not-executed', operation);
    t.is(github.repository.branches.get('main'), before);
  }
});

test('a base that moves meanwhile has the commit made anew, a few times', async (t) => {
  for (const [times, kind] of [
    [2, 'ok'],
    [9, 'definite-failure'],
  ] as const) {
    const github = await fakeGithub(t);
    github.repository.commit(BASE);
    let moves = 0;
    github.spoil(
      'git/create-commit',
      (reply) => {
        moves += 1;
        github.repository.commit({ ...BASE, [`other-${moves}`]: 'x' });
        return reply;
      },
      times,
    );
    const [verdict] = await carriedOut(commitAction(t, github), commitConfig());
    t.is(verdict?.kind, kind);
    if (kind === 'ok') t.is(github.repository.read('other-2'), 'x');
    else t.is(failureIn(verdict)?.code, 'BASE_MOVED');
  }
});

test('what is there is not created, what is missing is not changed, links and folders are not overwritten', async (t) => {
  const github = await fakeGithub(t);
  const before = github.repository.commit({
    ...BASE,
    link: { mode: '120000', content: '/etc' },
    sub: { mode: '160000', content: 'x' },
  });
  for (const [path, operation] of [
    ['README', 'create'],
    ['nothing', 'update'],
    ['nothing', 'delete'],
    ['topics', 'create'],
    ['README/inner', 'create'],
    ['link', 'update'],
    ['link/passwd', 'create'],
    ['sub', 'delete'],
    ['sub/x', 'create'],
  ] as const) {
    const files = [{ path, operation, contentTemplate: 'x' }];
    const [verdict] = await carriedOut(commitAction(t, github), commitConfig({ files }));
    t.is(failureIn(verdict)?.code, 'COMMIT_CONFLICT', path);
    t.true(failureIn(verdict)?.message.includes(JSON.stringify(path)));
  }
  t.is(github.repository.branches.get('main'), before);
});

test('files that are as they shall be need no commit', async (t) => {
  const github = await fakeGithub(t);
  const base = github.repository.commit(BASE);
  const files = [{ path: 'README', contentTemplate: 'read me' }];
  const [verdict] = await carriedOut(commitAction(t, github), commitConfig({ files, createPullRequest: true }));
  t.like(verdict, { kind: 'ok', offered: { commitSha: base } });
  t.is(github.pulls.length, 0);
});

test('a rate limit is no failure: nothing was done, and the pause that is asked for is told', async (t) => {
  const github = await fakeGithub(t);
  github.repository.commit(BASE);
  const effect = await stepOf(commitAction(t, github), commitConfig());
  github.next(githubRateLimited(new Date(Date.now() + 90_000)));
  const verdict = await effect.run({ name: attempt('commit'), remainingMs: 20_000 });
  t.like(verdict, { kind: 'not-executed', failure: { code: 'GITHUB_RATE_LIMITED' } });
  t.true(verdict.kind === 'not-executed' && (verdict.retryAfterMs ?? 0) > 60_000);
});

test('each call is sent once, with the token, which is in no verdict', async (t) => {
  const github = await fakeGithub(t, { token: 'another' });
  const [verdict] = await carriedOut(commitAction(t, github), commitConfig());
  t.is(github.calls.length, 1);
  t.is(github.calls[0]?.headers.authorization, `Bearer ${TOKEN}`);
  t.is(failureIn(verdict)?.code, 'HTTP_401');
  t.false(JSON.stringify(verdict).includes(TOKEN));
});

test('a repository that is not allowed, and a GitHub that is not known, are refused before a call', async (t) => {
  const github = await fakeGithub(t);
  const action = commitAction(t, github, { allow: ['octo/apps-*'] });
  const code = async (repository: string) => (await refused(action, { config: commitConfig({ repository }) })).code;
  t.is(await code('octo/infra'), 'REPOSITORY_REFUSED');
  t.is(await code('elsewhere:octo/infra'), 'GITHUB_NOT_CONFIGURED');
  t.is(await code('https://git.example.com/a/b.git'), 'REPOSITORY_REFUSED');
  t.is(await code('git@git.example.com:a/b.git'), 'REPOSITORY_REFUSED');
  t.is(await code('file:///etc'), 'REPOSITORY_REFUSED');
  t.is(await code('https://user:pass@git.example.com/a'), 'CONFIG_INVALID');
  t.is(await code('--upload-pack=x'), 'CONFIG_INVALID');
  t.is(github.calls.length, 0);
});

test('an address of a GitHub that is known leads to its repository', async (t) => {
  const github = await fakeGithub(t);
  github.repository.commit(BASE);
  const repository = `${github.url}/octo/infra.git`;
  const [verdict] = await carriedOut(commitAction(t, github), commitConfig({ repository }));
  t.is(verdict?.kind, 'ok');
});

test('a GitHub App calls with the token of its installation, asked for once', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const github = await fakeGithub(t, { token: 'ghs_installation' });
  github.repository.commit(BASE);
  const app = { id: '1', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const action = commitAction(t, github, { instance: { app }, token: false });
  const [verdict] = await carriedOut(action, commitConfig());
  t.is(verdict?.kind, 'ok', JSON.stringify(verdict));
  t.is(github.ledger.filter(({ operation }) => operation === 'apps/create-installation-access-token').length, 1);
});
