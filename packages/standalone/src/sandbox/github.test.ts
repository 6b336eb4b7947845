import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startSandbox } from './sandbox.ts';

interface Body {
  readonly object: { readonly sha: string };
  readonly sha: string;
  readonly tree: { readonly sha: string };
  readonly number: number;
  readonly mergeable_state: string;
  readonly workflow_run_id: number;
  readonly status: string;
  readonly conclusion: string | null;
}

/** A sandbox whose clock stands until it is moved. */
const start = async (t: ExecutionContext) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'pao-sandbox-'));
  let nowMs = Date.UTC(2026, 0, 1);
  const sandbox = await startSandbox({ dataDirectory, now: () => new Date(nowMs) });
  t.teardown(async () => {
    await sandbox.close();
    await rm(dataDirectory, { recursive: true, force: true });
  });
  const ask = async (method: string, path: string, body?: object) => {
    const url = `${sandbox.url}/github/api/v3/repos/example/infra${path}`;
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { url: sandbox.url, ask, pass };
};

const commitTo = async ({ ask }: Awaited<ReturnType<typeof start>>, content: string): Promise<string> => {
  const base = (await ask('GET', '/git/ref/heads%2Fmain')).body.object.sha;
  const { tree } = (await ask('GET', `/git/commits/${base}`)).body;
  const blob = await ask('POST', '/git/blobs', { content, encoding: 'utf8' });
  const entry = { path: 'topics/orders.yaml', mode: '100644', type: 'blob', sha: blob.body.sha };
  const made = await ask('POST', '/git/trees', { base_tree: tree.sha, tree: [entry] });
  const commit = { message: 'Add', tree: made.body.sha, parents: [base] };
  return (await ask('POST', '/git/commits', commit)).body.sha;
};

test('a repository is there when it is asked for, takes commits, and no branch is moved to another history', async (t) => {
  const github = await start(t);
  const [one, other] = [await commitTo(github, 'a'), await commitTo(github, 'b')];
  const move = (sha: string) => github.ask('PATCH', '/git/refs/heads%2Fmain', { sha, force: false });
  t.is((await move(one)).status, 200);
  t.is((await move(other)).status, 422);
  t.is((await github.ask('GET', '/git/ref/heads%2Fmain')).body.object.sha, one);
  const page = await (await fetch(`${github.url}/github/example/infra/commit/${one}`)).text();
  t.true(page.includes(one.slice(0, 10)) && page.includes('Sandbox'));
});

test('a pull request can be merged once its checks are over, as it was made', async (t) => {
  const { ask, pass, ...github } = await start(t);
  const sha = await commitTo({ ask, pass, ...github }, 'a');
  await ask('POST', '/git/refs', { ref: 'refs/heads/pao/x', sha });
  t.is((await ask('POST', '/git/refs', { ref: 'refs/heads/pao/x', sha })).status, 422);
  const pull = { title: 'Topic', head: 'pao/x', base: 'main' };
  const { number } = (await ask('POST', '/pulls', pull)).body;
  t.is((await ask('POST', '/pulls', pull)).status, 422);
  t.is((await ask('PUT', `/pulls/${number}/merge`, { sha })).status, 405);
  pass(6_000);
  t.is((await ask('GET', `/pulls/${number}`)).body.mergeable_state, 'clean');
  t.is((await ask('PUT', `/pulls/${number}/merge`, { sha: 'x' })).status, 409);
  t.is((await ask('PUT', `/pulls/${number}/merge`, { sha })).status, 200);
});

test('a workflow runs for five seconds, and fails when an input asks for it', async (t) => {
  const { ask, pass } = await start(t);
  for (const [service, conclusion] of [
    ['orders', 'success'],
    ['orders-fail', 'failure'],
  ] as const) {
    const started = await ask('POST', '/actions/workflows/deploy.yml/dispatches', { ref: 'main', inputs: { service } });
    const run = `/actions/runs/${started.body.workflow_run_id}`;
    t.like((await ask('GET', run)).body, { status: 'in_progress', conclusion: null });
    pass(6_000);
    t.like((await ask('GET', run)).body, { status: 'completed', conclusion });
  }
});
