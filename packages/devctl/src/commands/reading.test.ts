import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const TASK = '019381d0-7c4e-7000-8000-000000000002';
const AT = '2026-01-01T00:00:00.000Z';

const task = {
  id: TASK,
  position: 2,
  component: null,
  catalogItemId: 'a-b',
  actionId: 'create',
  type: 'rest-api',
  name: 'Create it',
  executor: 'default',
  status: 'processing',
  generation: 1,
  dependsOn: [],
  outputs: {},
  failure: null,
  stuck: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
};

const request = {
  id: ID,
  submissionId: ID,
  status: 'processing',
  kind: 'item',
  catalogId: 'a-b',
  catalogVersion: '1.0.0',
  name: 'orders',
  requestedBy: 'a@example.test',
  progress: { completed: 0, total: 1 },
  createdAt: AT,
  updatedAt: AT,
  correlationId: 'c',
  traceId: null,
  catalogHash: 'h',
  input: {},
  outputs: {},
  failure: null,
  tasks: [task],
  version: 1,
};

const line = (sequence: number) => ({
  at: AT,
  level: 'info',
  source: 'executor',
  taskId: TASK,
  generation: 1,
  sequence,
  message: `step ${sequence}`,
});

const frame = (id: string, data?: object): string =>
  `id: ${id}\n${data === undefined ? '' : `data: ${JSON.stringify(data)}\n`}\n`;

type Reply = { readonly json: unknown } | { readonly stream: string };

/** Runs devctl against an API that answers as the test says, until it ends or has printed `until`. */
const run = async (
  t: ExecutionContext,
  args: readonly string[],
  answer: (path: string, call: IncomingMessage) => Reply,
  until?: string,
) => {
  const calls: string[] = [];
  const server = createServer((call, response) => {
    const path = (call.url ?? '').replace('/api/v1', '');
    calls.push(`${path} ${String(call.headers['last-event-id'] ?? '')}`.trim());
    const reply = answer(path, call);
    if ('stream' in reply) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(reply.stream);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const printed: string[] = [];
  const interrupted = new AbortController();
  const program = buildProgram({
    out: (text) => {
      printed.push(text);
      if (until !== undefined && text.includes(until)) interrupted.abort();
    },
    error: (text) => printed.push(text),
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: interrupted.signal,
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await program.run(['--url', url, ...args]);
  return { printed: printed.join('\n'), calls };
};

test('logs are printed with the task they belong to, and chosen by its number', async (t) => {
  const { printed, calls } = await run(t, ['request', 'logs', ID, '--task', '2', '--tail', '5'], (path) =>
    path.includes('/logs')
      ? {
          json: {
            data: { lines: [{ ...line(1), message: 'red \u001b[31m' }], previous: null, next: 'n', more: false },
          },
        }
      : { json: { data: request } },
  );
  t.is(printed, `${AT}  info   2. Create it: red \ufffd[31m`);
  t.true(calls.includes(`/requests/${ID}/logs?taskId=${TASK}&tail=5`));
});

test('a followed log goes on where it broke off, and ends with the request', async (t) => {
  let streams = 0;
  const { printed, calls } = await run(t, ['request', 'logs', ID, '--follow'], (path) => {
    if (path.endsWith('/logs/stream')) {
      streams += 1;
      return { stream: streams === 1 ? frame('1.1', line(1)) : frame('1.2', line(2)) };
    }
    const status = streams === 2 ? 'completed' : 'processing';
    const progress = { completed: 0, total: 1 };
    const summary = { id: ID, status, progress, currentTask: null, failure: null, updatedAt: AT };
    return { json: { data: path.endsWith('/status') ? summary : request } };
  });
  t.regex(printed, /step 1\n.*step 2$/);
  t.true(calls.includes(`/requests/${ID}/logs/stream 1.1`), calls.join('\n'));
});

test('one watches all of its requests, and misses none when the stream breaks off before anything happened', async (t) => {
  const change = {
    sequence: 1,
    requestId: ID,
    at: AT,
    change: 'request-submitted',
    from: null,
    to: 'submitted',
    actor: 'a@example.test',
    name: 'orders',
    kind: 'item',
    catalogId: 'a-b',
    requestedBy: 'a@example.test',
  };
  const { printed, calls } = await run(
    t,
    ['request', 'watch', '--status', 'submitted'],
    (_path, { headers }) => ({ stream: headers['last-event-id'] === 'p0' ? frame('p1', change) : frame('p0') }),
    'orders',
  );
  t.is(printed, `${AT}  ${ID}  orders  request-submitted: submitted`);
  t.deepEqual(calls, ['/requests/events?status=submitted', '/requests/events?status=submitted p0']);
});

test('tickets are shown with their status, or why there is none', async (t) => {
  const ticket = { taskId: TASK, generation: 1, system: 'jira', url: 'https://jira.test/browse/P-1', createdAt: AT };
  const { printed, calls } = await run(t, ['request', 'tickets', ID, '--live'], () => ({
    json: {
      data: {
        tickets: [
          { ...ticket, key: 'P-1', status: 'In Progress', statusCategory: 'indeterminate', assignee: 'ann' },
          { ...ticket, key: 'P-2', problem: 'Jira answered 500.' },
        ],
        partial: true,
      },
    },
  }));
  t.regex(printed, /P-1 +In Progress +ann/);
  t.regex(printed, /P-2 +Jira answered 500\./);
  t.deepEqual(calls, [`/requests/${ID}/tickets?live=true`]);
});
