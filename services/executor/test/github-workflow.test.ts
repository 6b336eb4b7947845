import type { ActionRunner, Look, Verdict } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import type { FakeGithub, FakeGithubOptions, FakeRun, Reply } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { unzipFile } from '../src/adapters/github/unzip.ts';
import { createGithubWorkflowAction } from '../src/adapters/github/workflow-action.ts';
import { declaresKey } from '../src/adapters/github/workflow-inputs.ts';
import { refused } from './support/effects.ts';
import { attempt, carriedOut, fakeGithub, githubsOf, sendTo, stepOf } from './support/github.ts';
import { zipOf } from './support/zip.ts';

const KEYED = `name: Deploy
run-name: \${{ inputs.service }} (\${{ inputs.pao_key }})
on:
  workflow_dispatch:
    inputs:
      service:
        type: string
      pao_key:
        type: string
jobs: {}
`;
const PLAIN = KEYED.replace(/^run-name.*\n/m, '').replace(/ {6}pao_key:\n.*\n/, '');

const config = (more: JsonObject = {}): JsonObject => ({
  repository: 'octo/infra',
  workflowFile: 'deploy.yml',
  ref: 'main',
  inputs: { service: 'orders' },
  ...more,
});

const start = async (t: ExecutionContext, workflow = KEYED, options: FakeGithubOptions = {}): Promise<FakeGithub> => {
  const github = await fakeGithub(t, options);
  github.repository.commit({ '.github/workflows/deploy.yml': workflow });
  return github;
};

const actionFor = (t: ExecutionContext, github: FakeGithub): ActionRunner =>
  createGithubWorkflowAction({ github: githubsOf(t, github), send: sendTo(t, github), now: () => new Date() });

const offered = (verdict: Verdict | Look | undefined): JsonObject => (verdict?.kind === 'ok' ? verdict.offered : {});

/** Looks at what the verdict waits for. */
const looked = async (
  action: ActionRunner,
  verdict: Verdict | undefined,
  more: JsonObject = {},
  late = false,
): Promise<Look> => {
  const park = verdict?.kind === 'ok' ? verdict.next : undefined;
  if (park?.kind !== 'check' || !action.look) throw new Error('it does not wait');
  const { action: command } = commandOf({ action: { config: config(more) } });
  const context = { name: attempt('dispatch'), remainingMs: 20_000, late };
  return action.look(command, [], { step: 'dispatch', state: park.state }, context);
};

const onlyRun = ({ runs }: FakeGithub): FakeRun => {
  const [run, ...more] = runs;
  if (!run || more.length > 0) throw new Error(`${runs.length} runs`);
  return run;
};

test('a workflow is started with its inputs and the name of the attempt, and its run is told', async (t) => {
  const github = await start(t);
  const [verdict] = await carriedOut(actionFor(t, github), config());
  const run = onlyRun(github);
  t.deepEqual(run.inputs, { service: 'orders', pao_key: attempt('dispatch') });
  t.deepEqual(offered(verdict), { runId: run.id, runUrl: `${github.url}/octo/runs/${run.id}` });
  t.true(verdict?.kind === 'ok' && verdict.next === undefined);
});

test('a workflow that takes no such input gets none', async (t) => {
  const github = await start(t, PLAIN);
  await carriedOut(actionFor(t, github), config());
  t.deepEqual(onlyRun(github).inputs, { service: 'orders' });
});

test('an Enterprise Server that does not say which run it started is asked for it', async (t) => {
  for (const workflow of [KEYED, PLAIN]) {
    const github = await start(t, workflow, { basePath: '/api/v3' });
    const action = actionFor(t, github);
    const [verdict] = await carriedOut(action, config());
    const run = onlyRun(github);
    t.is(verdict?.kind, 'ok', JSON.stringify(verdict));
    t.is(github.ledger.filter(({ operation }) => operation === 'actions/create-workflow-dispatch').length, 2);
    t.deepEqual(offered(await looked(action, verdict)), { runId: run.id, runUrl: `${github.url}/octo/runs/${run.id}` });
  }
});

test('a run whose start was not answered is found by the name it shows, and is not started again', async (t) => {
  const github = await start(t);
  const effect = await stepOf(actionFor(t, github), config());
  const context = { name: attempt('dispatch'), remainingMs: 20_000 };
  t.is((await effect.probe(context)).kind, 'inconclusive');
  github.spoil('actions/create-workflow-dispatch', (): Reply => ({ status: 502, body: {} }), 1);
  t.is((await effect.run(context)).kind, 'unknown');
  const probe = await effect.probe(context);
  t.is(probe.kind === 'found' && probe.success.offered['runId'], onlyRun(github).id);
  t.falsy(effect.repeatable);
});

test('runs that do not show the name prove nothing, even where there is one alone', async (t) => {
  const github = await start(t, PLAIN);
  const effect = await stepOf(actionFor(t, github), config());
  const context = { name: attempt('dispatch'), remainingMs: 20_000 };
  await effect.run(context);
  const probe = await effect.probe(context);
  t.is(probe.kind, 'inconclusive');
  t.true(probe.kind === 'inconclusive' && probe.note.startsWith('1 runs of deploy.yml'));
});

test('a run is waited for in ever longer pauses, and its outputs are those of the artifact pao-outputs', async (t) => {
  const github = await start(t);
  const action = actionFor(t, github);
  const wait = { waitForCompletion: true };
  const [verdict] = await carriedOut(action, config(wait));
  t.like(verdict?.kind === 'ok' && verdict.next, { kind: 'check', afterMs: 10_000 });
  const waits = await looked(action, verdict, wait);
  t.like(waits, { kind: 'check', afterMs: 15_000 });
  const run = onlyRun(github);
  const zip = zipOf({ 'outputs.json': '{"endpoint":"orders.test","conclusion":"mine"}' });
  Object.assign(run, { status: 'completed', conclusion: 'success', artifacts: [{ name: 'pao-outputs', zip }] });
  const end = await looked(action, verdict, wait);
  t.like(offered(end), {
    runId: run.id,
    conclusion: 'success',
    endpoint: 'orders.test',
    outputs: { conclusion: 'mine' },
    artifacts: [{ name: 'pao-outputs', size: zip.length }],
  });
});

test('a run that fails fails the task with the steps that failed, unless the document takes it as it is', async (t) => {
  const github = await start(t);
  const action = actionFor(t, github);
  const wait = { waitForCompletion: true };
  const [verdict] = await carriedOut(action, config(wait));
  const failedSteps = { 'deploy / prod': 'Apply' };
  Object.assign(onlyRun(github), { status: 'completed', conclusion: 'failure', failedSteps });
  t.like(await looked(action, verdict, wait), {
    kind: 'definite-failure',
    failure: { code: 'WORKFLOW_FAILED', evidence: { conclusion: 'failure', failedSteps: ['deploy / prod: Apply'] } },
  });
  const taken = await looked(action, verdict, { ...wait, failOnWorkflowFailure: false });
  t.like(taken, { kind: 'ok', offered: { conclusion: 'failure' } });
});

test('a run that does not end in time, and one that cannot be read, are told for what they are', async (t) => {
  const github = await start(t);
  const action = actionFor(t, github);
  const wait = { waitForCompletion: true };
  const [verdict] = await carriedOut(action, config(wait));
  t.like(await looked(action, verdict, wait, true), { kind: 'unknown', failure: { code: 'WORKFLOW_NOT_ENDED' } });
  github.spoil('actions/get-workflow-run', (): Reply => ({ status: 500, body: {} }), 1);
  t.is((await looked(action, verdict, wait)).kind, 'check');
});

test('an archive that is none, or too large, or of another name, gives no outputs and does no harm', async (t) => {
  const bomb = zipOf({ 'outputs.json': `{"a":"${'x'.repeat(3_000_000)}"}` });
  for (const zip of [
    Buffer.from('no zip'),
    bomb,
    zipOf({ '../outputs.json': '{"a":1}' }),
    zipOf({ 'outputs.json': '[1]' }),
  ]) {
    const github = await start(t);
    const action = actionFor(t, github);
    const wait = { waitForCompletion: true };
    const [verdict] = await carriedOut(action, config(wait));
    Object.assign(onlyRun(github), {
      status: 'completed',
      conclusion: 'success',
      artifacts: [{ name: 'pao-outputs', zip }],
    });
    const end = await looked(action, verdict, wait);
    t.like(end, { kind: 'ok', offered: { outputs: {} } });
    t.true(end.kind === 'ok' && 'note' in end.evidence);
  }
});

test('a zip archive cut or altered at any byte is read or refused, and never more', (t) => {
  const zip = zipOf({ other: 'x', 'outputs.json': '{"a":1}' });
  t.is(unzipFile(zip, 'outputs.json', 100)?.toString(), '{"a":1}');
  for (let at = 0; at < zip.length; at += 1) {
    t.notThrows(() => unzipFile(zip.subarray(0, at), 'outputs.json', 100));
    for (const byte of [0, 255]) {
      const altered = Buffer.from(zip);
      altered[at] = byte;
      t.notThrows(() => unzipFile(altered, 'outputs.json', 100));
    }
  }
});

test('a workflow that is not there is told before anything is started', async (t) => {
  const github = await start(t);
  const [verdict] = await carriedOut(actionFor(t, github), config({ workflowFile: 'other.yml' }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'WORKFLOW_MISSING' } });
  t.is(github.runs.length, 0);
  const wrong = await refused(actionFor(t, github), { config: config({ workflowFile: '../../x.yml' }) });
  t.is(wrong.code, 'CONFIG_INVALID');
});

test('more inputs than GitHub takes are refused before anything is started', async (t) => {
  const github = await start(t, PLAIN, { basePath: '/api/v3' });
  const inputs = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`i${index}`, index]));
  const [verdict] = await carriedOut(actionFor(t, github), config({ inputs }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'CONFIG_INVALID' } });
});

test('an input counts as declared only among the inputs of workflow_dispatch', (t) => {
  t.true(declaresKey(KEYED));
  t.false(declaresKey(PLAIN));
  t.false(declaresKey(`${PLAIN}\nenv:\n  pao_key: x\n`));
  t.false(
    declaresKey('on:\n  workflow_call:\n    inputs:\n      pao_key:\n  workflow_dispatch:\n    inputs:\n      a:\n'),
  );
  t.false(declaresKey('on:\n  workflow_dispatch:\n    inputs:\n      a:\n        pao_key: x\n'));
  t.true(declaresKey('"on":\n  workflow_dispatch:\n    # comment\n    inputs:\n      "pao_key": {}\n'));
});
