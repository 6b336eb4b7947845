import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runbook } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const [FIRST, SECOND] = ['019381d0-7c4e-7000-8000-000000000002', '019381d0-7c4e-7000-8000-000000000003'];
const AT = '2026-01-01T00:00:00.000Z';

const run = async (args: readonly string[]) => {
  const lines: string[] = [];
  const program = buildProgram({
    out: (line) => void lines.push(line),
    error: (line) => void lines.push(line),
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
  });
  return { code: await program.run(args), out: lines.join('\n') };
};

/** The API has one request that stopped. */
const serve = async (t: ExecutionContext, data: unknown): Promise<string> => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const task = (id: string, position: number, more: object) => ({
  ...{ id, position, component: null, catalogItemId: 'a-b', actionId: 'create', type: 'rest-api', executor: 'default' },
  ...{ name: `Step ${position}`, generation: 1, dependsOn: [], outputs: {}, failure: null, stuck: null },
  ...{ queuedAt: null, startedAt: null, finishedAt: null, ...more },
});

const stopped = (code: string, { status = 'failed', stuck = null as string | null, message = 'it broke' } = {}) => ({
  ...{ id: ID, submissionId: ID, status, kind: 'item', catalogId: 'a-b', catalogVersion: '1.0.0', name: 'orders' },
  ...{ requestedBy: 'a@example.test', progress: { completed: 1, total: 2 }, createdAt: AT, updatedAt: AT },
  ...{ correlationId: 'c', traceId: null, catalogHash: 'h', input: {}, outputs: {}, version: 1 },
  failure: { code, message, taskId: SECOND, actionId: 'create', stuck },
  tasks: [
    task(FIRST, 1, { status: 'completed', outputs: { network: 'net-1' } }),
    task(SECOND, 2, { status: 'failed', failure: { code, message }, stuck }),
  ],
});

test('a code is explained without PAO, also by its class and in lower case', async (t) => {
  const { code, out } = await run(['--url', 'http://127.0.0.1:1', 'explain', 'http_503']);
  t.is(code, 0);
  t.regex(out, /^HTTP_5XX\n\nThe target failed\.[\s\S]*What is safe[\s\S]*--acknowledge-unknown/);
  t.notRegex(out, /\*\*|`/);
});

test('all codes are listed without one, and as JSON', async (t) => {
  const { out } = await run(['explain']);
  for (const code of Object.keys(runbook)) t.true(out.includes(code), code);
  t.deepEqual(JSON.parse((await run(['-o', 'json', 'explain'])).out), JSON.parse(JSON.stringify(runbook)));
  t.is(JSON.parse((await run(['-o', 'json', 'explain', 'HTTP_503'])).out).code, 'HTTP_5XX');
});

test('what is no code is refused', async (t) => {
  for (const asked of ['NOPE', '__proto__', '\u001b[2J']) {
    const { code, out } = await run(['explain', asked]);
    t.is(code, 2, asked);
    t.false(out.includes('\u001b'));
  }
});

test('a request that failed says in one look what that means, what exists and what can be done', async (t) => {
  const url = await serve(t, stopped('HTTP_503', { stuck: 'outcome-unknown', message: 'answered \u001b[2J' }));
  const { out } = await run(['--url', url, 'request', 'show', ID]);
  t.regex(out, /Failed: task 2, Step 2 \(create\): HTTP_503/);
  t.regex(out, /Means: The target failed\.[\s\S]*1\. Step 1: \{"network":"net-1"\}/);
  t.regex(out, /May have happened: The effect itself[\s\S]*Check:\n {2}- Whether it is there/);
  for (const command of ['retry', 'complete-task', 'escalate', 'abort'])
    t.true(out.includes(`devctl request ${command} ${ID}`), command);
  t.true(out.includes('More: devctl explain HTTP_503'));
  t.false(out.includes('\u001b'));
});

test('what is with people is offered what can be decided then', async (t) => {
  const url = await serve(t, stopped('HTTP_503', { status: 'escalated' }));
  const { out } = await run(['--url', url, 'request', 'get', ID]);
  for (const command of ['complete-task', 'resume', 'abort']) t.true(out.includes(`request ${command} ${ID}`), command);
  for (const command of ['retry', 'escalate']) t.false(out.includes(`request ${command} ${ID}`), command);
});

test('a code of a team’s own executor is told as it was reported', async (t) => {
  const url = await serve(t, stopped('RACK_FULL', { message: 'no room in rack 7' }));
  const { out } = await run(['--url', url, 'request', 'get', ID]);
  t.regex(out, /RACK_FULL: no room in rack 7[\s\S]*May have happened: Nothing, as its executor reported/);
  t.true(out.includes(`devctl request retry ${ID}`));
  t.false(out.includes('devctl explain'));
});
