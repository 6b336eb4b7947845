import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';

const usage = { resource: 'databases', per: 'team', scope: 'payments', reserved: 1, committed: 2, used: 3, max: 5 };
const total = { key: 'payments', currency: 'EUR', reserved: 10.5, committed: 2, monthly: 12.5, requests: 3 };
const unit = { resource: 'databases', per: 'team', scope: 'payments', catalogItemId: 'db', component: 'main' };

/** devctl against a server whose lists have two pages; answers what was printed and what was asked. */
const devctl = async (t: ExecutionContext, ...args: readonly string[]) => {
  const asked: { url: URL; body: string }[] = [];
  const rowsOf: Readonly<Record<string, readonly object[]>> = {
    '/api/v1/quotas': [usage, { ...usage, per: 'user', scope: '=evil\u001b[31m' }],
    '/api/v1/costs': [total, { ...total, key: null, currency: 'USD' }],
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      asked.push({ url, body: Buffer.concat(chunks).toString('utf8') });
      const isSecond = url.searchParams.has('cursor');
      const rows = rowsOf[url.pathname]?.slice(isSecond ? 1 : 0, isSecond ? 2 : 1);
      const pagination = { nextCursor: isSecond ? null : 'next', hasMore: !isSecond };
      const answer = rows ? { data: rows, pagination } : { data: { requestId: ID, version: 7, released: [unit] } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const out: string[] = [];
  const program = buildProgram({
    out: (line) => void out.push(line),
    error: () => undefined,
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, out: out.join('\n'), asked };
};

test('usage is listed with all its pages, as a table that no name can break', async (t) => {
  const { code, out, asked } = await devctl(t, 'quota', 'list', '--resource', 'databases', '--team', 'payments');
  t.is(code, 0);
  t.regex(out, /databases +team +payments +1 +2 +3 +5/);
  t.regex(out, /=evil\uFFFD\[31m/);
  t.deepEqual(
    asked.map(({ url }) => url.searchParams.toString()),
    ['resource=databases&team=payments&limit=200', 'resource=databases&team=payments&limit=200&cursor=next'],
  );
});

test('the JSON form is all rows, and as CSV no cell becomes a formula', async (t) => {
  const json = await devctl(t, '--output', 'json', 'quota', 'list');
  t.is((JSON.parse(json.out) as unknown[]).length, 2);
  const { out } = await devctl(t, 'quota', 'list', '--csv');
  t.deepEqual(out.split('\n'), [
    'resource,per,scope,reserved,committed,used,max',
    'databases,team,payments,1,2,3,5',
    "databases,user,'=evil\u001b[31m,1,2,3,5",
  ]);
});

test('costs are added up by what is asked for, to the cent', async (t) => {
  const { out, asked } = await devctl(t, 'cost', 'totals', '--by', 'team', '--since', '2026-01-01T00:00:00Z');
  t.regex(out, /^TEAM +CURRENCY/);
  t.regex(out, /payments +EUR +10\.50 +2\.00 +12\.50 +3/);
  t.regex(out, /\(no team\) +USD/);
  t.is(asked[0]?.url.search, '?groupBy=team&since=2026-01-01T00%3A00%3A00Z&limit=200');
  const csv = await devctl(t, 'cost', 'totals', '--by', 'month', '--csv');
  t.regex(csv.out, /^key,currency,reserved,committed,monthly,requests\npayments,EUR,10\.5,2,12\.5,3\n,USD,/);
  t.is((await devctl(t, 'cost', 'totals', '--by', 'colour')).code, 2);
});

test('what is gone is given back with a reason, and not without', async (t) => {
  const { code, out, asked } = await devctl(t, 'quota', 'release', ID, '--reason', 'deleted', '--component', 'main');
  t.is(code, 0);
  t.regex(out, /databases of team payments \(component main\)/);
  t.deepEqual(JSON.parse(asked[0]?.body ?? ''), { requestId: ID, reason: 'deleted', component: 'main' });
  const without = await devctl(t, 'quota', 'release', ID);
  t.is(without.code, 2);
  t.is(without.asked.length, 0);
});
