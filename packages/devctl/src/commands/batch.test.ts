import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const AT = '2026-01-01T00:00:00.000Z';
const ids = ['one', 'two', 'three'].map((_, index) => `019381d0-7c4e-7000-8000-00000000000${index + 1}`);

const summary = (id: string) => ({
  ...{
    id,
    status: 'failed',
    name: `db-${id.slice(-1)}\u001b[2J`,
    catalogId: 'database',
    requestedBy: 'a@example.test',
  },
  progress: { completed: 1, total: 3 },
  ...{ submissionId: id, kind: 'item', catalogVersion: '1.0.0', createdAt: AT, updatedAt: AT },
});

const details = (id: string) => ({
  ...summary(id),
  ...{
    correlationId: 'c',
    traceId: null,
    catalogHash: 'a'.repeat(64),
    input: {},
    outputs: {},
    failure: null,
    version: 7,
  },
  tasks: [],
});

const decided = (id: string) => ({
  ...{ id, status: 'retrying', version: 8, decidedBy: 'a@example.test', decidedAt: AT, tasks: [] },
});

const named = { taskId: ids[0], position: 2, name: 'Create it', type: 'rest-api' };
const again = [{ ...named, status: 'failed', stuck: null, generation: 2, failure: null }];
const unknown = [{ ...named, attempt: 'pao-x-g1', startedAt: AT, check: 'Look at it.', failure: null }];

const refusal = {
  code: 'CONFLICT',
  message: 'it changed',
  details: [],
  correlation_id: 'c',
  trace_id: 't',
  retryable: false,
  doc_url: 'd',
};

interface Sent {
  readonly path: string;
  readonly body: unknown;
  readonly key: unknown;
}

/** Three failed requests: the second may have had its effect, the third is refused when it is decided about. */
const run = async (t: ExecutionContext, args: readonly string[], answer?: string) => {
  const sent: Sent[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = (body: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const path = (request.url ?? '').replace('/api/v1/requests', '');
      asked.push(path);
      const id = path.slice(1, 37);
      if (request.method === 'POST') {
        sent.push({
          path,
          body: JSON.parse(Buffer.concat(chunks).toString()),
          key: request.headers['idempotency-key'],
        });
        return id === ids[2] ? reply({ error: refusal }, 409) : reply({ data: decided(id) }, 202);
      }
      if (path.startsWith('?'))
        return reply({ data: ids.map(summary), pagination: { nextCursor: null, hasMore: false } });
      if (!path.endsWith('/retry')) return reply({ data: details(id) });
      const mayHaveHappened = id === ids[1] ? unknown : [];
      const preview = { id, status: 'failed', version: 7, again, kept: [], following: [named], mayHaveHappened };
      return reply({ data: { ...preview, acknowledgementNeeded: mayHaveHappened.length > 0 } });
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
    ...(answer !== undefined && { confirm: async () => answer === 'y' }),
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await program.run(['--url', url, ...args]);
  return { code, sent, asked, out: lines.join('\n') };
};

test('many are retried as shown, one after the other, and what may have happened is left out', async (t) => {
  const { code, sent, asked, out } = await run(t, [
    'request',
    'retry',
    '--status',
    'failed',
    '--team',
    'payments',
    '--yes',
  ]);
  t.is(code, 1, out);
  t.regex(asked[0] ?? '', /status=failed.*team=payments|team=payments.*status=failed/);
  t.deepEqual(
    sent,
    [ids[0], ids[2]].map((id) => ({
      path: `/${id}/retry`,
      body: { version: 7, acknowledgeUnknown: false },
      key: `batch-retry-${id}-7`,
    })),
  );
  t.regex(out, /runs 1 task again, then 1 more[\s\S]*left out: may have happened already: 2 Create it/);
  t.regex(out, /done +retrying[\s\S]*failed +CONFLICT: it changed[\s\S]*1 of 3 failed/);
  t.false(out.includes('\u001b'));
});

test('who acknowledges has all of them run again', async (t) => {
  const args = ['request', 'retry', '--item', 'database', '--acknowledge-unknown', '--reason', 'checked'];
  const { sent } = await run(t, args, 'y');
  t.is(sent.length, 3);
  t.like(sent[1], { body: { acknowledgeUnknown: true, reason: 'checked' } });
});

test('nothing is changed unless somebody says yes', async (t) => {
  const refused = await run(t, ['request', 'abort', '--status', 'failed'], 'n');
  t.deepEqual([refused.code, refused.sent.length], [0, 0]);
  const unattended = await run(t, ['request', 'abort', '--status', 'failed']);
  t.deepEqual([unattended.code, unattended.sent.length], [2, 0]);
  t.regex(unattended.out, /say --yes/);
});

test('aborts and escalations of many are decided about the version that was shown', async (t) => {
  for (const verb of ['abort', 'escalate']) {
    const { sent } = await run(t, ['request', verb, '--since', AT, '--yes']);
    t.like(sent[0], { path: `/${ids[0]}/${verb}`, body: { version: 7 }, key: `batch-${verb}-${ids[0]}-7` });
    t.is(sent.length, 3);
  }
});

test('an id and filters, neither, and a limit beyond a page are refused', async (t) => {
  const wrong = [[ids[0] ?? '', '--status', 'failed'], [], ['--status', 'failed', '--limit', '201', '--yes']];
  for (const args of wrong) t.is((await run(t, ['request', 'retry', ...args])).code, 2);
});
