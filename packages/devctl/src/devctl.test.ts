import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { applySetting } from './input.ts';
import { buildProgram } from './program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const TASK = '019381d0-7c4e-7000-8000-000000000002';
const AT = '2026-01-01T00:00:00.000Z';

const summary = {
  id: ID,
  submissionId: ID,
  status: 'completed',
  kind: 'item',
  catalogId: 'database-postgresql-standard',
  catalogVersion: '1.0.0',
  name: 'orders\u001b[31m',
  requestedBy: 'dev@example.test',
  progress: { completed: 1, total: 1 },
  createdAt: AT,
  updatedAt: AT,
};

const task = {
  id: TASK,
  position: 1,
  component: null,
  catalogItemId: 'database-postgresql-standard',
  actionId: 'create-database',
  type: 'rest-api',
  name: 'Create the database',
  executor: 'default',
  status: 'completed',
  generation: 1,
  dependsOn: [],
  outputs: {},
  failure: null,
  stuck: null,
  queuedAt: AT,
  startedAt: AT,
  finishedAt: AT,
};

const details = {
  ...summary,
  correlationId: 'c-1',
  traceId: null,
  catalogHash: 'a'.repeat(64),
  input: {},
  outputs: { endpoint: 'db.example.test' },
  version: 1,
  failure: null,
  tasks: [task],
};

const failure = {
  code: 'HTTP_422',
  message: 'no',
  taskId: TASK,
  actionId: 'create-database',
  stuck: 'outcome-unknown',
};

const change = (sequence: number, to: string, taskId?: string): string =>
  `id: ${sequence}\ndata: ${JSON.stringify({ sequence, requestId: ID, at: AT, ...(taskId && { taskId }), change: 'c', from: null, to, actor: 'a' })}\n\n`;

type Answers = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse, body: string) => void>>;

const json =
  (data: unknown, status = 200) =>
  (_: unknown, response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs devctl against a server that answers by method and path. */
const devctl = async (t: ExecutionContext, answers: Answers, args: readonly string[], input = ''): Promise<Run> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[`${request.method} ${(request.url ?? '').split('?')[0]}`];
      if (answer === undefined) response.writeHead(500).end(`unexpected ${request.method} ${request.url}`);
      else answer(request, response, Buffer.concat(chunks).toString('utf8'));
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
    environment: { PAO_API_KEY: 'secret-key' },
    readStandardInput: async () => input,
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, out: out.join('\n'), error: error.join('\n') };
};

test('requests are listed as a table, and control characters of names never reach the terminal', async (t) => {
  const pagination = { nextCursor: 'abc', hasMore: true };
  const answers = { 'GET /api/v1/requests': json({ data: [summary], pagination }) };
  const { code, out } = await devctl(t, answers, ['request', 'list']);
  t.is(code, 0);
  t.regex(out, /^ID +STATUS +TASKS/);
  t.true(out.includes('1/1'));
  t.false(out.includes('\u001b'));
  t.true(out.includes('--cursor abc'));
});

test('the JSON form is what the API said', async (t) => {
  const data = { data: [summary], pagination: { nextCursor: null, hasMore: false } };
  const { out } = await devctl(t, { 'GET /api/v1/requests': json(data) }, ['--output', 'json', 'request', 'list']);
  t.like(JSON.parse(out), data);
});

test('a submission is built from a file, from settings and from standard input, and carries a key of its own', async (t) => {
  const sent: { body: unknown; key: unknown; auth: unknown }[] = [];
  const submission = { submissionId: ID, correlationId: 'c', requests: [summary] };
  const answers: Answers = {
    'POST /api/v1/requests': (request, response, body) => {
      sent.push({
        body: JSON.parse(body),
        key: request.headers['idempotency-key'],
        auth: request.headers.authorization,
      });
      json({ data: submission }, 202)(request, response);
    },
  };
  const input = '{"name":"orders","basic":{"environment":"dev"}}';
  const args = ['request', 'submit', '--item', 'a-b', '--input', '-', '--set', 'basic.size=3', '--set', 'tags:=["x"]'];
  t.is((await devctl(t, answers, args, input)).code, 0);
  t.deepEqual(sent[0]?.body, {
    items: [
      {
        schemaVersion: 'catalog/v1',
        catalogItemId: 'a-b',
        input: { name: 'orders', basic: { environment: 'dev', size: 3 }, tags: ['x'] },
      },
    ],
  });
  t.regex(String(sent[0]?.key), /^[0-9a-f-]{36}$/);
  t.is(sent[0]?.auth, 'Bearer secret-key');
});

test('a refusal names each field and the correlation id, and the exit code is 1', async (t) => {
  const error = {
    code: 'VALIDATION_FAILED',
    message: 'The input breaks the form.',
    details: [{ field: 'items[0].input.name', issue: 'is missing' }],
    correlation_id: 'c-9',
    trace_id: 't',
    retryable: false,
    doc_url: 'd',
  };
  const args = ['request', 'submit', '--item', 'a-b'];
  const run = await devctl(t, { 'POST /api/v1/requests': json({ error }, 422) }, args);
  t.is(run.code, 1);
  t.regex(run.error, /VALIDATION_FAILED[\s\S]*items\[0\]\.input\.name: is missing[\s\S]*c-9/);
});

test('a watched request is followed to its end, across a broken stream, each change once', async (t) => {
  let streams = 0;
  const answers: Answers = {
    [`GET /api/v1/requests/${ID}`]: json({ data: details }),
    [`GET /api/v1/requests/${ID}/status`]: json({
      data: {
        id: ID,
        status: 'completed',
        progress: summary.progress,
        currentTask: null,
        failure: null,
        updatedAt: AT,
      },
    }),
    [`GET /api/v1/requests/${ID}/events`]: (request, response) => {
      streams += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (streams === 1) return void response.write(change(1, 'queued', TASK), () => response.destroy());
      t.is(request.headers['last-event-id'], '1');
      return void response.end(change(2, 'completed', TASK) + change(3, 'completed'));
    },
  };
  const { code, out } = await devctl(t, answers, ['request', 'status', ID, '--watch']);
  t.is(code, 0);
  t.deepEqual(
    out.split('\n').map((line) => line.replace(/^\S+ +/, '')),
    ['1. Create the database: queued', '1. Create the database: completed', 'orders\uFFFD[31m: completed'],
  );
});

test('a watched request that stops ends with exit code 1 and says that nobody knows', async (t) => {
  const failed = { ...details, status: 'failed', failure };
  const answers: Answers = {
    [`GET /api/v1/requests/${ID}`]: json({ data: failed }),
    [`GET /api/v1/requests/${ID}/status`]: json({
      data: { id: ID, status: 'failed', progress: summary.progress, currentTask: null, failure, updatedAt: AT },
    }),
    [`GET /api/v1/requests/${ID}/events`]: (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(change(1, 'failed')),
  };
  const { code, out, error } = await devctl(t, answers, ['request', 'status', ID, '--watch']);
  t.is(code, 1);
  t.regex(out, /HTTP_422 at create-database: no[\s\S]*check the target/);
  t.regex(error, /is failed/);
});

test('what cannot run says why and how to go on, with exit code 2', async (t) => {
  const cases: readonly [args: readonly string[], message: RegExp][] = [
    [['request', 'submit'], /name an --item or a --bundle/],
    [['request', 'submit', '--item', 'a', '--input', '/nowhere.json'], /cannot read \/nowhere\.json/],
    [['request', 'submit', '--item', 'a', '--set', 'x'], /write field=value/],
    [['request', 'sbmit'], /unknown command/],
    [['--url', 'http://127.0.0.1:9', 'catalog', 'list'], /no answer[\s\S]*is PAO running/],
  ];
  for (const [args, message] of cases) {
    const { code, error } = await devctl(t, {}, args);
    t.is(code, 2, error);
    t.regex(error, message);
  }
});

test('settings become fields of the right type, and a later one wins', (t) => {
  const settings = ['name=5x', 'basic.size=5', 'basic.on=true', 'basic.zip=007', 'list:=[1]', 'basic.size=6'];
  t.deepEqual(settings.reduce(applySetting, {}), { name: '5x', basic: { size: 6, on: true, zip: '007' }, list: [1] });
});
