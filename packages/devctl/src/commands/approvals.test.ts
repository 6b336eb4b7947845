import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const DIGEST = 'd'.repeat(64);

const approval = {
  id: ID,
  stage: 1,
  stages: 2,
  name: 'cost',
  catalogId: 'database-standard',
  component: 'database',
  when: 'current.basic.storageGb > `500`',
  reason: 'its condition says so',
  approvers: { teams: ['finops'], users: ['ann@example.test\u001b[2J'] },
  minimum: 2,
  state: 'waiting',
  given: 1,
  openedAt: AT,
  remindedAt: null,
  expiresAt: '2026-01-08T00:00:00.000Z',
  endedAt: null,
  decisions: [
    { by: 'user:bob', email: 'bob@example.test', teams: ['finops'], decision: 'approved', at: AT, comment: 'fine' },
  ],
  requestId: ID,
  requestName: 'orders',
  requestStatus: 'awaiting-approval',
  requestedBy: 'dev@example.test',
  requestedAt: AT,
  requestCatalogId: 'bundle-webapp',
  requestCatalogVersion: '1.0.0',
  planDigest: DIGEST,
  mayDecide: true,
};

/** Runs devctl against an API with one approval; `answer` is what the person at the terminal says. */
const run = async (t: ExecutionContext, args: readonly string[], { answer = '', mayDecide = true } = {}) => {
  const calls: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = (body: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const path = (request.url ?? '').replace('/api/v1/approvals', '');
      if (request.method === 'POST') {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        calls.push({ path, body, keyed: request.headers['idempotency-key'] !== undefined });
        return reply({ data: { ...approval, state: 'approved', requestStatus: 'processing' } }, 202);
      }
      if (path === `/${ID}`) return reply({ data: { ...approval, mayDecide } });
      calls.push({ path });
      return reply({ data: [approval], pagination: { nextCursor: 'next', hasMore: true } });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const lines: string[] = [];
  const questions: string[] = [];
  const program = buildProgram({
    out: (line) => void lines.push(line),
    error: (line) => void lines.push(line),
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
    ...(answer !== '' && {
      confirm: async (question: string) => {
        questions.push(question);
        return answer === 'y';
      },
    }),
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await program.run(['--url', url, ...args]);
  return { code, calls, questions, out: lines.join('\n') };
};

test('what waits is listed, with the page after it', async (t) => {
  const { code, calls, out } = await run(t, ['approvals', 'list', '--scope', 'all', '--status', 'waiting']);
  t.is(code, 0);
  t.deepEqual(calls, [{ path: '?limit=50&scope=all&status=waiting' }]);
  t.regex(out, /waiting +cost of database +orders +bundle-webapp +dev@example\.test[\s\S]*--cursor next/);
});

test('one approval shows what it is about, who may decide and who has, and nothing moves the cursor', async (t) => {
  const { out } = await run(t, ['approvals', 'show', ID]);
  t.regex(
    out,
    /cost of database is waiting, 1 of 2 given[\s\S]*Stage 1 of 2, by 2 of team finops or ann@example\.test/,
  );
  t.regex(out, /storageGb > `500`[\s\S]*approved by bob@example\.test at .*: fine[\s\S]*Lapses at 2026-01-08/);
  t.false(out.includes('\u001b'));
  const { out: json } = await run(t, ['--output', 'json', 'approvals', 'show', ID]);
  t.is(JSON.parse(json).planDigest, DIGEST);
});

test('what was shown is what is approved', async (t) => {
  const { code, calls, out } = await run(t, ['approvals', 'approve', ID, '--comment', 'within the budget']);
  t.is(code, 0);
  const body = { planDigest: DIGEST, comment: 'within the budget' };
  t.deepEqual(calls, [{ path: `/${ID}/approve`, body, keyed: true }]);
  t.regex(out, /The approval is approved; the request is processing\./);
});

test('a rejection says why', async (t) => {
  const without = await run(t, ['approvals', 'reject', ID]);
  t.deepEqual([without.code, without.calls.length], [2, 0]);
  const { calls } = await run(t, ['approvals', 'reject', ID, '--comment', 'too dear']);
  t.deepEqual(calls, [{ path: `/${ID}/reject`, body: { planDigest: DIGEST, comment: 'too dear' }, keyed: true }]);
});

test('at a terminal it is asked about first, unless that is waived or the answer is known', async (t) => {
  for (const args of [
    ['approve', ID],
    ['reject', ID, '--comment', 'x'],
  ]) {
    const refused = await run(t, ['approvals', ...args], { answer: 'n' });
    t.deepEqual([refused.questions.length, refused.calls.length], [1, 0]);
    t.is((await run(t, ['approvals', ...args], { answer: 'y' })).calls.length, 1);
    const waived = await run(t, ['approvals', ...args, '--yes'], { answer: 'n' });
    t.deepEqual([waived.questions.length, waived.calls.length], [0, 1]);
    const hopeless = await run(t, ['approvals', ...args], { answer: 'y', mayDecide: false });
    t.deepEqual([hopeless.questions.length, hopeless.calls.length], [0, 1]);
  }
});
