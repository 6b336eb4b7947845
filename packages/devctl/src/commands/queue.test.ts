import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const AT = '2026-01-01T00:00:00.000Z';
const ID = '019381d0-7c4e-7000-8000-000000000001';
const OTHER = '019381d0-7c4e-7000-8000-000000000002';

const letter = {
  ...{ id: ID, queue: 'request-inbox', type: 'task-succeeded.v1', messageGroupId: OTHER, requestId: OTHER },
  ...{ taskId: null, generation: null, eventId: null, correlationId: null, traceId: null, bytes: 2, receiveCount: 5 },
  ...{ reason: 'Nobody could \u001b[31mhandle it.', sentAt: AT, parkedAt: AT, status: 'parked' },
};

const details = {
  ...{
    ...letter,
    deduplicationId: 'd',
    messageId: 'm',
    body: '{"a":\n"\u001b[2J"}',
    bodyTruncated: false,
    sameEvent: [],
  },
  history: [{ at: AT, change: 'parked', by: null, reason: null, acknowledgedUnknown: false }],
};

const stats = {
  ...{ at: AT, windowSeconds: 300, outbox: { waiting: 2, oldestSeconds: 9 } },
  queues: [
    {
      ...{ queue: 'tasks-default', kind: 'pool', waiting: 12, inFlight: null, delayed: 0, oldestSecondsAtMost: 30 },
      ...{ perMinute: { net: 1.5, parked: 0 }, consumers: null, deadLetters: { waiting: 0, parked: 3 } },
    },
  ],
};

const shown = (id: string, outcome: string, message: string | null = null) => ({
  ...{ id, queue: 'request-inbox', type: 't.v1', requestId: null },
  outcome,
  message,
});

const answers: Readonly<Record<string, unknown>> = {
  'GET /stats': { data: stats },
  'GET /messages': {
    data: [{ messageGroupId: OTHER, requestId: OTHER, parked: 1, toBeSent: 0, oldestAt: AT }],
    pagination: { nextCursor: null, hasMore: false },
  },
  'GET /dlq/messages': { data: [letter], pagination: { nextCursor: 'next', hasMore: true } },
  [`GET /dlq/${ID}`]: { data: details },
  'POST /dlq/redrive': {
    data: {
      dryRun: true,
      results: [shown(ID, 'would-redrive'), shown(OTHER, 'refused', 'Its request is over.')],
      nextCursor: null,
    },
  },
  [`POST /dlq/${ID}/redrive`]: { data: { ...letter, status: 'redriven' } },
  [`POST /dlq/${ID}/discard`]: { data: { ...letter, status: 'discarded' } },
};

const devctl = async (t: ExecutionContext, args: readonly string[]) => {
  const asked: { readonly call: string; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = `${request.method} ${(request.url ?? '').replace('/api/v1/queue', '').replace(/\?.*/, '')}`;
      const text = Buffer.concat(chunks).toString();
      asked.push({ call, body: text === '' ? undefined : JSON.parse(text) });
      const taken = call === `POST /dlq/${ID}/redrive`;
      response.writeHead(taken ? 202 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[call]));
    });
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
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await program.run(['--url', url, ...args]);
  return { code, asked, out: lines.join('\n') };
};

test('queues are shown with what is known of them, and a question mark for the rest', async (t) => {
  const { code, out } = await devctl(t, ['queue', 'stats']);
  t.is(code, 0);
  t.regex(out, /tasks-default +12 +\? +< 30 s +\+1\.5 +0 +0 +3/);
  t.regex(out, /2 messages wait for the bus/);
  t.regex((await devctl(t, ['queue', 'list'])).out, new RegExp(`${OTHER} +1 +0`));
});

test('dead letters are listed and shown without what a terminal would obey', async (t) => {
  const listed = await devctl(t, ['queue', 'dlq', 'list', '--queue', 'request-inbox']);
  t.regex(listed.out, /task-succeeded\.v1 .*redrive +Nobody could/);
  t.regex(listed.out, /--cursor next/);
  const { out } = await devctl(t, ['queue', 'dlq', 'show', ID]);
  t.regex(out, /parked[\s\S]*\{"a":\n/);
  t.false(`${listed.out}${out}`.includes('\u001b'));
  t.like(JSON.parse((await devctl(t, ['--output', 'json', 'queue', 'dlq', 'show', ID])).out), { id: ID });
});

test('what a preview showed is sent again one by one, and a refusal is the exit code', async (t) => {
  const { code, out, asked } = await devctl(t, ['queue', 'dlq', 'redrive', '--all', '--yes', '--reason', 'mended']);
  t.is(code, 1, out);
  t.deepEqual(asked, [
    { call: 'POST /dlq/redrive', body: { all: true, dryRun: true, limit: 100, reason: 'mended' } },
    { call: `POST /dlq/${ID}/redrive`, body: { reason: 'mended' } },
  ]);
  t.regex(out, /redriven[\s\S]*refused +Its request is over/);
});

test('nothing is sent without a filter, a yes, or in a dry run', async (t) => {
  t.deepEqual((await devctl(t, ['queue', 'dlq', 'redrive', '--yes'])).asked, []);
  const unattended = await devctl(t, ['queue', 'dlq', 'redrive', '--type', 't.v1']);
  t.deepEqual([unattended.code, unattended.asked.length], [2, 1]);
  const dry = await devctl(t, ['queue', 'dlq', 'redrive', '--type', 't.v1', '--dry-run']);
  t.deepEqual([dry.code, dry.asked.length], [0, 1]);
});

test('who discards says why', async (t) => {
  t.is((await devctl(t, ['queue', 'dlq', 'discard', ID, '--yes'])).code, 2);
  const { code, asked } = await devctl(t, ['queue', 'dlq', 'discard', ID, '--yes', '--reason', 'a test']);
  t.is(code, 0);
  t.deepEqual(asked, [{ call: `POST /dlq/${ID}/discard`, body: { reason: 'a test' } }]);
});
