import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000009';
const AT = '2026-01-01T00:00:00.000Z';
const [FAILED, WENT_ON, OVERTAKEN] = [1, 2, 3].map((end) => `019381d0-7c4e-7000-8000-00000000000${end}`);

const incident = {
  ...{
    id: ID,
    title: 'HTTP_503: create of a-b at x.example \u001b[2J',
    status: 'open',
    docUrl: '/api/v1/runbook/HTTP_503',
  },
  fingerprint: { catalogId: 'a-b', actionId: 'create', failureCode: 'HTTP_503', targetHost: 'x.example' },
  ...{ count: 4, requestCount: 3, waitingCount: 2, stuckCount: 1, firstAt: AT, lastAt: AT, openedAt: AT, closed: null },
};

const entry = (requestId: string | undefined, waiting: boolean) => ({
  ...{
    requestId,
    name: 'orders',
    requestedBy: 'a@example.test',
    waiting,
    stuck: null,
    message: 'it failed',
    failedAt: AT,
  },
});

const pages = [[entry(FAILED, true), entry(WENT_ON, false)], [entry(OVERTAKEN, true)]];

const summary = (id: string) => ({
  ...{ id, submissionId: id, status: id === OVERTAKEN ? 'processing' : 'failed', kind: 'item', catalogId: 'a-b' },
  ...{ catalogVersion: '1.0.0', name: 'orders', requestedBy: 'a@example.test', createdAt: AT, updatedAt: AT },
  progress: { completed: 0, total: 1 },
});

const details = (id: string) => ({
  ...{ ...summary(id), correlationId: 'c', traceId: null, catalogHash: 'h', input: {}, outputs: {} },
  ...{ failure: null, tasks: [], version: 3 },
});

const preview = (id: string) => ({
  ...{ id, status: 'failed', version: 3, acknowledgementNeeded: false, kept: [], following: [], mayHaveHappened: [] },
  again: [
    {
      taskId: id,
      position: 1,
      name: 'Create',
      type: 'rest-api',
      status: 'failed',
      stuck: null,
      generation: 2,
      failure: null,
    },
  ],
});

const decided = (id: string) => ({ id, status: 'retrying', version: 4, decidedBy: 'a', decidedAt: AT, tasks: [] });

const answerTo = (method: string, path: string): unknown => {
  const id = path.split('/')[2]?.slice(0, 36) ?? '';
  if (path.startsWith('/incidents?')) return { data: [incident], pagination: { nextCursor: null, hasMore: false } };
  if (path.endsWith('/close')) return { data: { ...incident, status: 'closed' } };
  if (path.startsWith('/incidents/')) {
    const isNext = path.includes('cursor=');
    const pagination = { nextCursor: isNext ? null : 'next', hasMore: !isNext };
    return { data: { ...incident, requests: pages[isNext ? 1 : 0] }, pagination };
  }
  if (method === 'POST') return { data: decided(id) };
  return { data: path.endsWith('/retry') ? preview(id) : details(id) };
};

const run = async (t: ExecutionContext, args: readonly string[], answer?: string) => {
  const sent: string[] = [];
  const server = createServer((call, response) => {
    const path = (call.url ?? '').replace('/api/v1', '');
    let body = '';
    call.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    call.on('end', () => {
      if (call.method === 'POST') sent.push(`${path} ${body}`);
      const status = call.method === 'POST' && !path.endsWith('/close') ? 202 : 200;
      const json = JSON.stringify(answerTo(call.method ?? '', path));
      response.writeHead(status, { 'content-type': 'application/json' }).end(json);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
    ...(answer !== undefined && { confirm: async () => answer === 'y' }),
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, sent, out: lines.join('\n') };
};

test('incidents are listed with how many wait, and control characters never reach the terminal', async (t) => {
  const { code, out } = await run(t, ['incident', 'list', '--status', 'open', '--host', 'x.example']);
  t.is(code, 0);
  t.regex(out, /open +3 +2 +1/);
  t.false(out.includes('\u001b'));
});

test('an incident says what it means and how all of its requests go on', async (t) => {
  const { out } = await run(t, ['incident', 'show', ID]);
  t.regex(out, /4 failures of 3 requests/);
  t.true(out.includes(`devctl request retry --incident ${ID}`));
  t.true(out.includes('--acknowledge-unknown'));
  t.true(out.includes('devctl explain HTTP_503'));
});

test('the requests of an incident that still wait are retried, and no others', async (t) => {
  const { sent, code, out } = await run(t, ['request', 'retry', '--incident', ID, '--yes']);
  t.is(code, 0, out);
  t.deepEqual(
    sent.map((call) => call.split(' ')[0]),
    [`/requests/${FAILED}/retry`],
  );
});

test('closing gives a reason and asks first', async (t) => {
  t.deepEqual((await run(t, ['incident', 'close', ID, '--reason', 'mended'], 'n')).sent, []);
  const { sent } = await run(t, ['incident', 'close', ID, '--reason', 'mended'], 'y');
  t.deepEqual(sent, [`/incidents/${ID}/close {"reason":"mended"}`]);
  t.is((await run(t, ['incident', 'close', ID])).code, 2);
});
