import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const TASK = '019381d0-7c4e-7000-8000-000000000002';
const AT = '2026-01-01T00:00:00.000Z';

const named = { taskId: TASK, position: 2, name: 'Create it', type: 'rest-api' };
const failure = {
  code: 'HTTP_503',
  message: 'answered 503',
  evidence: { target: 'POST https://x.example', note: '\u001b[2J' },
};

const preview = (unknown: boolean) => ({
  id: ID,
  status: 'failed',
  version: 7,
  acknowledgementNeeded: unknown,
  again: [{ ...named, status: 'failed', stuck: null, generation: 2, failure }],
  kept: [{ ...named, position: 1, name: 'Network', outputs: {} }],
  following: [{ ...named, position: 3, name: 'Announce' }],
  mayHaveHappened: unknown ? [{ ...named, attempt: 'pao-x-g1', startedAt: AT, check: 'Look at it.', failure }] : [],
});

const rollback = (unknown: boolean) => ({
  id: ID,
  status: 'failed',
  version: 7,
  acknowledgementNeeded: unknown,
  undone: [
    {
      ...named,
      ...{
        position: 1,
        name: 'Network',
        by: 'rollback',
        problem: null,
        payload: { method: 'DELETE', url: '\u001b[2J' },
      },
      undo: { actionId: 'network-undo', type: 'rest-api', name: 'Undo: Network', executor: 'default' },
    },
  ],
  stays: [{ ...named, why: 'by-hand', note: 'People did it by hand (ticket OPS-1): undo it by hand.' }],
  mayHaveHappened: unknown ? [{ ...named, attempt: 'pao-x-g1', startedAt: AT, check: 'Look at it.', failure }] : [],
});

const decided = { id: ID, status: 'retrying', version: 8, decidedBy: 'a@example.test', decidedAt: AT, tasks: [] };
const progress = { completed: 1, total: 3 };
const refusal = {
  code: 'CONFLICT',
  message: 'check first',
  details: [],
  correlation_id: 'c',
  trace_id: 't',
  retryable: false,
  doc_url: 'd',
};

/** Runs devctl against an API with one request; `answer` is what the person at the terminal says. */
const run = async (t: ExecutionContext, args: readonly string[], { unknown = false, answer = '' } = {}) => {
  const sent: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = (data: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
      const path = (request.url ?? '').replace(`/api/v1/requests/${ID}`, '');
      if (request.method === 'GET' && path === '/retry') return reply({ data: preview(unknown) });
      if (request.method === 'GET' && path === '/rollback') return reply({ data: rollback(unknown) });
      if (request.method === 'GET' && path === '/status')
        return reply({
          data: { id: ID, status: 'processing', progress, currentTask: null, failure: null, updatedAt: AT },
        });
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      sent.push({ path, body, keyed: request.headers['idempotency-key'] !== undefined });
      if (unknown && !body.acknowledgeUnknown) return reply({ error: refusal }, 409);
      return reply({ data: decided }, 202);
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
  const code = await program.run(['--url', url, 'request', ...args]);
  return { code, sent, questions, out: lines.join('\n') };
};

test('a retry shows what it means, and decides about exactly what it showed', async (t) => {
  const { code, sent, out, questions } = await run(t, ['retry', ID, '--reason', 'it is back']);
  t.is(code, 0);
  t.deepEqual(questions, []);
  const body = { version: 7, acknowledgeUnknown: false, reason: 'it is back' };
  t.deepEqual(sent, [{ path: '/retry', body, keyed: true }]);
  t.regex(out, /1 +keep[\s\S]*2 +run again[\s\S]*answered 503[\s\S]*3 +run next[\s\S]*processing/);
});

test('at a terminal a decision is asked about first, unless that is waived', async (t) => {
  for (const command of ['retry', 'rollback', 'abort']) {
    const refused = await run(t, [command, ID], { answer: 'n' });
    t.is(refused.questions.length, 1);
    t.deepEqual(refused.sent, []);
    t.regex(refused.out, /Nothing was changed/);
    t.is((await run(t, [command, ID], { answer: 'y' })).sent.length, 1);
    const waived = await run(t, [command, ID, '--yes'], { answer: 'n' });
    t.deepEqual([waived.questions.length, waived.sent.length], [0, 1]);
  }
});

test('what may have taken effect is shown with its evidence, and is not run again without an acknowledgement', async (t) => {
  const refused = await run(t, ['retry', ID], { unknown: true, answer: 'y' });
  t.is(refused.code, 1);
  t.deepEqual(refused.questions, []);
  t.regex(refused.out, /may have taken effect already\. Look at it\.[\s\S]*POST https:\/\/x\.example[\s\S]*CONFLICT/);
  t.false(refused.out.includes('\u001b'));
  t.is((await run(t, ['retry', ID, '--acknowledge-unknown'], { unknown: true })).code, 0);
});

test('an abort gives its reason', async (t) => {
  const { sent, out } = await run(t, ['abort', ID, '--reason', 'not wanted']);
  t.deepEqual(sent, [{ path: '/abort', body: { reason: 'not wanted' }, keyed: true }], out);
});

test('a rollback shows what it undoes and what stays, and decides about exactly what it showed', async (t) => {
  const { code, sent, out } = await run(t, ['rollback', ID, '--reason', 'not wanted']);
  t.is(code, 0);
  t.deepEqual(sent, [
    { path: '/rollback', body: { version: 7, acknowledgeUnknown: false, reason: 'not wanted' }, keyed: true },
  ]);
  t.regex(out, /1 +1 +rest-api +Network +rest-api \(default\)[\s\S]*DELETE[\s\S]*Task 2 \(Create it\) stays.*OPS-1/);
  t.false(out.includes('\u001b'));
  const refused = await run(t, ['rollback', ID], { unknown: true, answer: 'y' });
  t.deepEqual([refused.code, refused.questions], [1, []]);
  t.regex(refused.out, /--acknowledge-unknown[\s\S]*CONFLICT/);
  t.is((await run(t, ['rollback', ID, '--acknowledge-unknown'], { unknown: true })).code, 0);
});

test('a rollback that is only looked at decides nothing', async (t) => {
  const { code, sent, questions } = await run(t, ['rollback', ID, '--preview'], { answer: 'y' });
  t.deepEqual([code, sent, questions], [0, [], []]);
});
