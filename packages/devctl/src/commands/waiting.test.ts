import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const TASK = '019381d0-7c4e-7000-8000-000000000002';
const AT = '2026-01-01T00:00:00.000Z';

const waitingFor = {
  ...{ kind: 'approval', what: 'a decision about the plan of network', since: AT, until: '2026-01-02T00:00:00.000Z' },
  details: '+ a network\n\u001b[31m- a database',
};
const task = {
  ...{ id: TASK, position: 1, component: null, catalogItemId: 'x', actionId: 'a', type: 'terraform', name: 'Network' },
  ...{ executor: 'dns', status: 'waiting', generation: 1, dependsOn: [], outputs: {}, failure: null, stuck: null },
  ...{ queuedAt: AT, startedAt: AT, finishedAt: null },
};
const progress = { completed: 0, total: 1 };
const details = {
  ...{ id: ID, submissionId: ID, status: 'processing', kind: 'item', catalogId: 'x', catalogVersion: '1.0.0' },
  ...{ name: 'orders', requestedBy: 'a@example.test', progress, createdAt: AT, updatedAt: AT, correlationId: 'c' },
  ...{ traceId: null, catalogHash: 'a'.repeat(64), input: {}, outputs: {}, failure: null, version: 7 },
};
const decided = {
  ...{ id: ID, status: 'processing', version: 8, decidedBy: 'b@example.test', decidedAt: AT },
  tasks: [{ id: TASK, position: 1, name: 'Network', status: 'waiting', generation: 1 }],
};
const pools = [
  {
    ...{ pool: 'dns', silent: true, lastSeenAt: AT, hasQueue: false, instances: [], queued: 3 },
    actionTypes: [
      {
        ...{ type: 'dns-record', version: '1.2.0', summary: '', idempotency: 'natural', configSchema: {} },
        ...{ outputs: [], secretMembers: [], canRollBack: false },
      },
    ],
  },
];

const run = async (t: ExecutionContext, args: readonly string[], rest: object = { waitingFor }, answer = true) => {
  const sent: unknown[] = [];
  const server = createServer(async (request, response) => {
    const reply = (data: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/api/v1/executors') return reply(pools);
    if (request.url?.endsWith('/status')) {
      const { id, position, name, type, status } = task;
      const currentTask = { ...{ id, position, name, type, status }, ...rest };
      return reply({ id: ID, status: 'processing', progress, currentTask, failure: null, updatedAt: AT });
    }
    if (request.method === 'GET') return reply({ ...details, tasks: [{ ...task, ...rest }] });
    sent.push([request.url, JSON.parse(Buffer.concat(chunks).toString('utf8'))]);
    return reply(decided, 202);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const lines: string[] = [];
  const program = buildProgram({
    out: (line) => void lines.push(line),
    error: (line) => void lines.push(line),
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
    confirm: async () => answer,
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { code: await program.run(['--url', url, ...args]), sent, out: lines.join('\n') };
};

test('what a task waits for is told with the request and with its status', async (t) => {
  const check = { kind: 'check', what: 'the run of deploy.yml', url: 'https://x.example/7', since: AT, until: AT };
  const told = `waiting for the run of deploy.yml until ${AT}, see https://x.example/7`;
  for (const command of ['get', 'status']) {
    const { out } = await run(t, ['request', command, ID], { waitingFor: check });
    t.true(out.includes(told), out);
  }
});

test('what a task would do is shown, and exactly that is decided about', async (t) => {
  const approved = await run(t, ['request', 'approve-task', ID, '1', '--reason', 'ok']);
  t.is(approved.code, 0, approved.out);
  t.regex(approved.out, /\+ a network\n.*- a database/);
  t.false(approved.out.includes('\u001b'));
  const path = `/api/v1/requests/${ID}/tasks/${TASK}/decision`;
  t.deepEqual(approved.sent, [[path, { approved: true, version: 7, reason: 'ok' }]]);
  t.like((await run(t, ['request', 'reject-task', ID, TASK])).sent, [[path, { approved: false, version: 7 }]]);
  t.deepEqual((await run(t, ['request', 'reject-task', ID, '1'], undefined, false)).sent, []);
});

test('a task whose pool is silent, or has no queue, says why it waits', async (t) => {
  const silent = await run(t, ['request', 'get', ID], { status: 'queued', poolSilentSince: AT });
  t.regex(silent.out, /no executor of the pool dns was heard of since 2026-01-01/);
  const missing = await run(t, ['request', 'get', ID], { status: 'queued', poolMissing: true });
  t.regex(missing.out, /the pool dns has no queue/);
});

test('pools are listed with who runs, what they can do and what waits', async (t) => {
  const { out } = await run(t, ['executors']);
  t.regex(out, /dns +silent, no queue +0 .* 3 +dns-record 1\.2\.0/);
});
