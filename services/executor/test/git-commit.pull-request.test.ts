import type { Look, Verdict } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import type { FakeGithub, FakePull, Reply } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { attempt, carriedOut, commitAction, commitConfig, fakeGithub, stepOf } from './support/github.ts';

const withPull = (more: JsonObject = {}): JsonObject =>
  commitConfig({
    createPullRequest: true,
    pullRequestTitle: 'Topic orders',
    reviewers: ['sam', 'octo/platform'],
    assignees: ['alex'],
    labels: ['pao'],
    ...more,
  });

const start = async (t: ExecutionContext): Promise<FakeGithub> => {
  const github = await fakeGithub(t);
  github.repository.commit({ README: 'read me' });
  return github;
};

const context = (step: string) => ({ name: attempt(step), remainingMs: 20_000 });
const lost = (): Reply => ({ status: 502, body: {} });

test('a pull request comes from a branch of the attempt, and gets its reviewers, assignees and labels', async (t) => {
  const github = await start(t);
  const base = github.repository.branches.get('main');
  const verdicts = await carriedOut(commitAction(t, github), withPull());
  t.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['ok', 'ok', 'ok'],
  );
  t.is(github.repository.branches.get('main'), base);
  const [pull] = github.pulls;
  t.like(pull, {
    title: 'Topic orders',
    base: 'main',
    head: 'pao/0192f0c1-0000-7000-8000-0000000000a1/propose-g1',
    reviewers: ['sam'],
    teams: ['platform'],
    assignees: ['alex'],
    labels: ['pao'],
  });
  const last = verdicts.at(-1);
  t.like(last?.kind === 'ok' && last.offered, {
    commitSha: github.repository.branches.get(pull?.head ?? ''),
    pullRequestNumber: 1,
    pullRequestUrl: `${github.url}/octo/infra/pull/1`,
  });
});

test('a branch that is not there names the own one, and the default branch is what it is merged into', async (t) => {
  const github = await start(t);
  const action = commitAction(t, github);
  await carriedOut(action, withPull({ branch: 'topic/orders' }));
  await carriedOut(action, withPull({ branch: 'topic/orders' }), 2);
  t.deepEqual(
    github.pulls.map(({ head, base }) => [head, base]),
    [
      ['topic/orders-0000000000a1-g1', 'main'],
      ['topic/orders-0000000000a1-g2', 'main'],
    ],
  );
});

test('whichever answer is lost, a repetition makes no second branch and no second pull request', async (t) => {
  for (const operation of ['git/create-ref', 'pulls/create', 'issues/add-labels', 'pulls/request-reviewers'] as const) {
    const github = await start(t);
    const action = commitAction(t, github);
    github.spoil(operation, lost, 1);
    const first = await carriedOut(action, withPull());
    t.is(first.at(-1)?.kind, 'unknown', operation);
    t.is((await carriedOut(action, withPull())).at(-1)?.kind, 'ok', operation);
    t.is(github.pulls.length, 1);
    t.is(github.repository.branches.size, 2);
    t.deepEqual(github.pulls[0]?.labels, ['pao']);
  }
});

test('a pull request whose answer is lost is found by its branch', async (t) => {
  const github = await start(t);
  const action = commitAction(t, github);
  const [committed] = await carriedOut(action, withPull());
  const effect = await stepOf(action, withPull(), committed);
  const probe = await effect.probe(context('pull-request'));
  t.is(probe.kind === 'found' && probe.success.offered['pullRequestNumber'], 1);
});

test('a reviewer who is none fails the task for certain, and names the pull request that is there', async (t) => {
  const github = await start(t);
  const verdicts = await carriedOut(commitAction(t, github), withPull({ reviewers: ['nobody'] }));
  t.like(verdicts.at(-1), {
    kind: 'definite-failure',
    failure: { code: 'HTTP_422', evidence: { pullRequestUrl: `${github.url}/octo/infra/pull/1` } },
  });
});

/** Looks at the pull request that the last verdict waits for. */
const looked = async (
  t: ExecutionContext,
  github: FakeGithub,
  verdict: Verdict | undefined,
  late = false,
): Promise<Look> => {
  const action = commitAction(t, github);
  const park = verdict?.kind === 'ok' ? verdict.next : undefined;
  if (park?.kind !== 'check' || !action.look) throw new Error('it does not wait');
  const command = commandOf({ action: { id: 'propose', config: withPull({ mergeStrategy: 'squash' }) } });
  return action.look(command.action, [], { step: 'review', state: park.state }, { ...context('review'), late });
};

const pullOf = ({ pulls }: FakeGithub): FakePull => {
  const [pull] = pulls;
  if (!pull) throw new Error('no pull request');
  return pull;
};

test('a pull request that shall be merged is waited for until nothing is in its way, then merged as it was made', async (t) => {
  const github = await start(t);
  const config = withPull({ mergeStrategy: 'squash' });
  const last = (await carriedOut(commitAction(t, github), config)).at(-1);
  pullOf(github).mergeableState = 'blocked';
  const waits = await looked(t, github, last);
  t.like(waits, { kind: 'check', afterMs: 20_000, state: { looks: 2 } });
  pullOf(github).mergeableState = 'clean';
  const step = await looked(t, github, last);
  t.like(step, { kind: 'step', step: 'merge' });
  const success = { ...(last as Extract<Verdict, { kind: 'ok' }>), next: step as Extract<Look, { kind: 'step' }> };
  const effect = await stepOf(commitAction(t, github), config, success);
  const merged = await effect.run(context('merge'));
  t.like(merged, { kind: 'ok', offered: { merged: true, pullRequestNumber: 1 } });
  t.is(github.repository.read('topics/orders.yaml'), 'name: orders\n');
  // Merged twice is merged once.
  t.like(await effect.run(context('merge')), { kind: 'ok', offered: { merged: true } });
  t.is((await effect.probe(context('merge'))).kind, 'found');
});

test('what people do to a pull request meanwhile is seen, and nothing else is merged than what was committed', async (t) => {
  const config = withPull({ mergeStrategy: 'merge' });
  const ends: readonly (readonly [(github: FakeGithub) => void, Partial<Record<'kind' | 'code', string>>])[] = [
    [
      (github) => Object.assign(pullOf(github), { state: 'closed' }),
      { kind: 'definite-failure', code: 'PULL_REQUEST_CLOSED' },
    ],
    [(github) => Object.assign(pullOf(github), { state: 'closed', merged: true }), { kind: 'ok' }],
    [
      (github) => github.repository.commit({ evil: 'x' }, { branch: pullOf(github).head }),
      { kind: 'definite-failure', code: 'PULL_REQUEST_CHANGED' },
    ],
  ];
  for (const [happens, { kind, code }] of ends) {
    const github = await start(t);
    const last = (await carriedOut(commitAction(t, github), config)).at(-1);
    happens(github);
    const look = await looked(t, github, last);
    t.is<string | undefined, string | undefined>(look.kind, kind);
    if (look.kind === 'definite-failure') t.is<string | undefined, string | undefined>(look.failure.code, code);
  }
});

test('a pull request that is not merged in time fails for certain, and stays', async (t) => {
  const github = await start(t);
  const last = (await carriedOut(commitAction(t, github), withPull({ mergeStrategy: 'merge' }))).at(-1);
  pullOf(github).mergeableState = 'unstable';
  const look = await looked(t, github, last, true);
  t.like(look, { kind: 'definite-failure', failure: { code: 'PULL_REQUEST_NOT_MERGED' } });
});
