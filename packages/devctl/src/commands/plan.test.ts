import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const DIGEST = 'd'.repeat(64);
const ID = '019381d0-7c4e-7000-8000-000000000001';

const task = {
  position: 1,
  actionId: 'create',
  name: 'Create it\u001b[31m',
  type: 'rest-api',
  executor: 'default',
  component: null,
  catalogItemId: 'database-standard',
  dependsOn: [],
  runs: 'yes',
  payload: { endpoint: { method: 'POST', url: 'https://platform.example/v1/databases' } },
  reason: null,
  reads: [],
  summary: 'Calls POST https://platform.example/v1/databases',
  idempotency: 'none',
  waits: 'check',
  timeoutSeconds: 60,
  idempotent: false,
};

const open = {
  ...task,
  position: 2,
  name: 'Open it',
  runs: 'later',
  when: 'output.endpoint',
  executor: 'edge',
  summary: null,
  idempotency: null,
  waits: null,
};

const plan = {
  kind: 'item',
  catalogId: 'database-standard',
  catalogVersion: '1.2.0',
  catalogHash: 'a'.repeat(64),
  name: 'orders',
  documents: [],
  input: { name: 'orders' },
  tasks: [task, { ...open, payload: null, reason: 'at /url: not yet' }],
  cost: [{ currency: 'USD', monthly: 18.25 }],
  unpriced: [],
  quota: [] as object[],
  obstacles: [] as string[],
  graph: { nodes: [], edges: [] },
  planDigest: DIGEST,
};

const summary = {
  id: ID,
  submissionId: ID,
  status: 'submitted',
  kind: 'item',
  catalogId: 'database-standard',
  catalogVersion: '1.2.0',
  name: 'orders',
  requestedBy: 'dev@example.test',
  progress: { completed: 0, skipped: 1, total: 2 },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

interface Setting {
  readonly plan?: object;
  readonly answer?: boolean;
}

/** devctl against a server that plans and accepts; answers what was printed and what was sent. */
const devctl = async (t: ExecutionContext, args: readonly string[], { plan: item = plan, answer }: Setting = {}) => {
  const sent: { path: string; body: { items: readonly object[] } }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/v1', '');
      sent.push({ path, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      const costEffect = [{ team: 'payments', currency: 'USD', before: 100, after: 118.25 }];
      const planned = { items: [item], cost: plan.cost, costEffect };
      const accepted = { submissionId: ID, correlationId: 'c', requests: [summary] };
      const isPlan = path === '/requests/plan';
      response.writeHead(isPlan ? 200 : 202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: isPlan ? planned : accepted }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const out: string[] = [];
  const error: string[] = [];
  const program = buildProgram({
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
    environment: {},
    readStandardInput: async () => JSON.stringify({ items: [{ schemaVersion: 'catalog/v1', planDigest: 'old' }] }),
    ...(answer !== undefined && { confirm: async () => answer }),
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, out: out.join('\n'), error: error.join('\n'), sent };
};

const ASKING = ['--item', 'database-standard', '--set', 'name=orders'];

test('a plan is shown as a table with what each task does, the cost and the digest', async (t) => {
  const { code, out, sent } = await devctl(t, ['request', 'plan', ...ASKING]);
  t.is(code, 0);
  t.regex(out, /^orders: database-standard 1\.2\.0/);
  t.regex(
    out,
    /1 +Create it\uFFFD\[31m +rest-api +yes +no +check +Calls POST https:\/\/platform\.example\/v1\/databases/,
  );
  t.regex(out, /2 +Open it +rest-api +later: output\.endpoint +\? +\(at \/url: not yet\) \(pool edge\)/);
  t.regex(out, /Cost: USD 18\.25 a month/);
  t.regex(out, /Team payments: USD 100\.00 a month, 118\.25 with it$/);
  t.true(out.includes(`Plan ${DIGEST}`));
  t.deepEqual(
    sent.map(({ path }) => path),
    ['/requests/plan'],
  );
});

test('the JSON form is what the API said', async (t) => {
  const { out } = await devctl(t, ['--output', 'json', 'request', 'plan', ...ASKING]);
  t.like(JSON.parse(out), { items: [{ planDigest: DIGEST }], cost: plan.cost });
});

test('what can’t be requested now ends with exit code 1, and so does what fails for certain', async (t) => {
  const obstructed = { ...plan, obstacles: ["can't be requested: it asks for approvals"] };
  const run = await devctl(t, ['request', 'plan', ...ASKING], { plan: obstructed });
  t.is(run.code, 1);
  t.regex(run.out, /Not now: can't be requested: it asks for approvals/);
  const failing = { ...plan, tasks: [{ ...task, runs: 'fails', payload: null, reason: 'its condition' }] };
  t.is((await devctl(t, ['request', 'plan', ...ASKING], { plan: failing })).code, 1);
});

test('what it would use of a quota is shown, and too much of it ends with exit code 1', async (t) => {
  const quota = {
    resource: 'databases',
    per: 'team',
    scope: 'payments',
    used: 4,
    after: 5,
    max: 5,
    wouldExceed: false,
  };
  const fits = await devctl(t, ['request', 'plan', ...ASKING, '--team', 'payments'], {
    plan: { ...plan, quota: [quota] },
  });
  t.is(fits.code, 0);
  t.regex(fits.out, /Quota: databases of team payments: 4 of 5 used, 5 with it$/m);
  t.like(fits.sent[0], { body: { items: [{ team: 'payments' }] } });
  const over = { ...quota, used: 5, after: 6, wouldExceed: true };
  const run = await devctl(t, ['request', 'submit', '--plan', '--yes', ...ASKING], {
    plan: { ...plan, quota: [over] },
  });
  t.is(run.code, 1);
  t.regex(run.out, /5 of 5 used, 6 with it: too many/);
  t.is(run.sent.length, 1);
});

test('without anything to ask for the command could not run', async (t) => {
  t.is((await devctl(t, ['request', 'plan'])).code, 2);
});

test('a submission with a plan names the digest that was shown, once it is agreed to', async (t) => {
  const submit = ['request', 'submit', '--plan', ...ASKING];
  const agreed = await devctl(t, submit, { answer: true });
  t.is(agreed.code, 0);
  t.like(agreed.sent[1], { path: '/requests', body: { items: [{ planDigest: DIGEST }] } });
  t.regex(agreed.out, /0\/2 \(1 skipped\)/);
  const declined = await devctl(t, submit, { answer: false });
  t.is(declined.code, 1);
  t.is(declined.sent.length, 1);
});

test('where nobody can be asked nothing is submitted without --yes', async (t) => {
  const submit = ['request', 'submit', '--plan', ...ASKING];
  const run = await devctl(t, submit);
  t.is(run.code, 2);
  t.regex(run.error, /--yes/);
  t.is(run.sent.length, 1);
  t.is((await devctl(t, [...submit, '--yes'])).sent.length, 2);
});

test('a digest in a file of items is left out of the plan and replaced in the submission', async (t) => {
  const { sent } = await devctl(t, ['request', 'submit', '--plan', '--yes', '--input', '-']);
  t.deepEqual(
    sent.map(({ body }) => body.items),
    [[{ schemaVersion: 'catalog/v1' }], [{ schemaVersion: 'catalog/v1', planDigest: DIGEST }]],
  );
});

test('an obstructed plan is not submitted', async (t) => {
  const { code, sent } = await devctl(t, ['request', 'submit', '--plan', '--yes', ...ASKING], {
    plan: { ...plan, obstacles: ["can't be requested: it sets an order of environments"] },
  });
  t.is(code, 1);
  t.is(sent.length, 1);
});
