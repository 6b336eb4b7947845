import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const devctl = async (t: ExecutionContext, args: readonly string[], answer: object) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
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
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, asked, out: out.join('\n'), error: error.join('\n') };
};

const AT = '2026-01-01T00:00:00.000Z';
const LAST = { nextCursor: null, hasMore: false };

test('what needs operators is listed with its age, and what to do once for each kind', async (t) => {
  const finding = (subject: string, ageSeconds: number) => ({
    kind: 'task-silent',
    subject,
    requestId: null,
    message: `\u001b[31m${subject} is silent`,
    advice: 'Look at the executor.',
    since: AT,
    ageSeconds,
    foundAt: AT,
  });
  const answer = {
    data: [finding('one', 5_400), finding('two', 90_000)],
    pagination: { nextCursor: 'next', hasMore: true },
  };
  const { code, out, asked } = await devctl(t, ['attention', '--limit', '2'], answer);
  t.is(code, 0);
  t.regex(out, /task-silent +one +1\.5 h/);
  t.regex(out, /two +1 d/);
  t.is(out.split('Look at the executor.').length, 2);
  t.regex(out, /--cursor next/);
  t.false(out.includes('\u001b'));
  t.deepEqual(asked, ['/api/v1/requests/attention?limit=2']);
  t.is((await devctl(t, ['attention'], { data: [], pagination: LAST })).out, 'Nothing needs you.');
});

test('lead times are a table by group, in units people compare by', async (t) => {
  const of = (p50: number, p90: number, mean: number) => ({ p50, p90, mean });
  const summary = {
    key: '',
    count: 12,
    total: of(65_000, 7_200_000, 90_000),
    approval: of(0, 0, 0),
    human: of(0, 0, 172_800_000),
    waiting: of(0, 0, 400),
    automation: of(0, 0, 59_000),
    queue: of(0, 0, 12_345),
  };
  const args = ['analytics', 'lead-times', '--by', 'team', '--since', AT];
  const { code, out, asked } = await devctl(t, args, { data: [summary], pagination: LAST });
  t.is(code, 0);
  t.regex(out, /TEAM +COUNT +P50 +P90 +MEAN +APPROVAL +QUEUE +AUTOMATION +WAITING +HUMAN/);
  t.regex(out, /\(no team\) +12 +1\.1 min +2 h +1\.5 min +0 s +12 s +59 s +0\.4 s +2 d/);
  t.regex(asked[0] ?? '', /\/analytics\/lead-times\?.*groupBy=team/);
  t.regex((await devctl(t, ['analytics', 'lead-times', '--by', 'colour'], {})).error, /Allowed choices/);
});
