import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const TASK = '019381d0-7c4e-7000-8000-000000000002';
const AT = '2026-01-01T00:00:00.000Z';

const failure = { code: 'HTTP_503', message: 'answered 503' };
const ticket = { key: 'OPS-2', url: 'https://jira.example/browse/OPS-2' };

const aTask = (position: number, status: string, rest: object = {}) => ({
  id: position === 2 ? TASK : `019381d0-7c4e-7000-8000-00000000001${position}`,
  position,
  component: null,
  catalogItemId: 'x',
  actionId: 'a',
  type: 'rest-api',
  name: `Step ${position}`,
  executor: 'default',
  status,
  generation: 1,
  dependsOn: [],
  outputs: {},
  failure: null,
  stuck: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
  ...rest,
});

const details = {
  id: ID,
  submissionId: ID,
  status: 'failed',
  kind: 'item',
  catalogId: 'x',
  catalogVersion: '1.0.0',
  name: 'orders',
  requestedBy: 'a@example.test',
  progress: { completed: 1, total: 3 },
  createdAt: AT,
  updatedAt: AT,
  correlationId: 'c',
  traceId: null,
  catalogHash: 'a'.repeat(64),
  input: {},
  outputs: {},
  failure: null,
  version: 7,
  tasks: [aTask(1, 'completed'), aTask(2, 'failed', { failure }), aTask(3, 'pending')],
};

const named = (position: number) => ({ taskId: TASK, position, name: `Step ${position}`, type: 'rest-api', ticket });

const preview = (settled: boolean) => ({
  id: ID,
  status: 'escalated',
  version: 9,
  unsettled: settled ? [] : [{ ...named(2), status: 'waiting', stuck: null, failure }],
  automated: [{ ...named(3), generation: 2 }],
  completed: [{ ...named(1), ticket: null, outputs: { endpoint: 'e' } }],
});

const decided = { id: ID, status: 'escalating', version: 8, decidedBy: 'a@example.test', decidedAt: AT, tasks: [] };
const refusal = {
  code: 'CONFLICT',
  message: 'not yet',
  details: [],
  correlation_id: 'c',
  trace_id: 't',
  retryable: false,
  doc_url: 'd',
};

const run = async (t: ExecutionContext, args: readonly string[], { settled = true, answer = '', input = '' } = {}) => {
  const sent: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = (data: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
      const path = (request.url ?? '').replace(`/api/v1/requests/${ID}`, '');
      if (request.method === 'GET' && path === '/resume') return reply({ data: preview(settled) });
      if (request.method === 'GET' && path === '/status') {
        const progress = { completed: 1, total: 3 };
        return reply({
          data: { id: ID, status: 'escalating', progress, currentTask: null, failure: null, updatedAt: AT },
        });
      }
      if (request.method === 'GET') return reply({ data: details });
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      sent.push({ path, body, keyed: request.headers['idempotency-key'] !== undefined });
      return settled ? reply({ data: decided }, 202) : reply({ error: refusal }, 409);
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
    readStandardInput: async () => input,
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

test('an escalation shows what gets a ticket, and decides about exactly what it showed', async (t) => {
  const { code, sent, out } = await run(t, ['escalate', ID, '--reason', 'it is gone']);
  t.is(code, 0, out);
  t.deepEqual(sent, [{ path: '/escalate', body: { version: 7, reason: 'it is gone' }, keyed: true }]);
  t.regex(out, /1 +keep[\s\S]*2 +ticket +rest-api +Step 2 +answered 503[\s\S]*3 +ticket, unless/);
});

test('a resume shows what runs by itself again, and which tickets are withdrawn', async (t) => {
  const { code, sent, out } = await run(t, ['resume', ID]);
  t.is(code, 0, out);
  t.deepEqual(sent, [{ path: '/resume', body: { version: 9 }, keyed: true }]);
  t.regex(out, /1 +keep[\s\S]*"endpoint":"e"[\s\S]*3 +run by automation[\s\S]*OPS-2 +its ticket is withdrawn/);
});

test('as long as people have something to do a resume says what, and asks nobody', async (t) => {
  const { code, questions, out } = await run(t, ['resume', ID], { settled: false, answer: 'y' });
  t.is(code, 1);
  t.deepEqual(questions, []);
  t.regex(out, /2 +still to be done by people[\s\S]*OPS-2[\s\S]*CONFLICT/);
});

test('a task is completed by its number or its id, with outputs of the command line and of a file', async (t) => {
  const byNumber = await run(t, [
    'complete-task',
    ID,
    '2',
    '--set',
    'arn=a',
    '--set',
    'ports:=[1]',
    '--note',
    'by hand',
  ]);
  t.is(byNumber.code, 0, byNumber.out);
  const path = `/tasks/${TASK}/complete`;
  t.deepEqual(byNumber.sent, [{ path, body: { outputs: { arn: 'a', ports: [1] }, note: 'by hand' }, keyed: true }]);
  const byId = await run(t, ['complete-task', ID, TASK, '--outputs', '-'], { input: '{"arn":"b"}' });
  t.deepEqual(byId.sent, [{ path, body: { outputs: { arn: 'b' } }, keyed: true }]);
  t.is((await run(t, ['complete-task', ID, '9'])).code, 2);
  t.is((await run(t, ['complete-task', ID, '2', '--outputs', '-'], { input: '[1]' })).code, 2);
});

test('at a terminal each is asked about first, unless that is waived', async (t) => {
  for (const command of [
    ['escalate', ID],
    ['resume', ID],
    ['complete-task', ID, '2'],
  ]) {
    const refused = await run(t, command, { answer: 'n' });
    t.deepEqual([refused.questions.length, refused.sent.length], [1, 0]);
    t.is((await run(t, command, { answer: 'y' })).sent.length, 1);
    const waived = await run(t, [...command, '--yes'], { answer: 'n' });
    t.deepEqual([waived.questions.length, waived.sent.length], [0, 1]);
  }
});
