import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { RecordedCall } from './calls.ts';
import { KINDS } from './kinds.ts';
import { type SandboxOptions, startSandbox } from './sandbox.ts';

const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-sandbox-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const start = async (t: ExecutionContext, options: Partial<SandboxOptions> = {}) => {
  const sandbox = await startSandbox({ dataDirectory: await temporary(t), now: () => new Date(), ...options });
  t.teardown(() => sandbox.close().catch(() => {}));
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${sandbox.url}${path}`, { method, headers, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined, headers: response.headers };
  };
  const calls = async (query = ''): Promise<RecordedCall[]> => (await call('GET', `/_sandbox/calls${query}`)).body;
  return { ...sandbox, call, calls };
};

const database = { name: 'orders-db', environment: 'dev' };

test('each kind of resource is created, told about and found again', async (t) => {
  const { call } = await start(t);
  for (const kind of KINDS.keys()) {
    const created = await call('POST', `/v1/${kind}`, database);
    t.is(created.status, 201);
    t.like(created.body, { name: 'orders-db', status: 'available' });
    for (const field of ['id', 'arn', 'endpoint']) t.is(typeof created.body[field], 'string', `${kind}.${field}`);
    t.deepEqual((await call('GET', created.headers.get('location') ?? '')).body, created.body);
    t.deepEqual((await call('GET', `/v1/${kind}`)).body, { items: [created.body] });
  }
  t.is((await call('POST', '/v1/databases', database)).body.port, 5432);
  t.is((await call('GET', '/v1/databases/db-none')).status, 404);
  t.is((await call('GET', '/v1/constructor')).status, 404);
});

test('a collection that an author thought of is played as well', async (t) => {
  const { call } = await start(t);
  const { status, body } = await call('POST', '/v1/block-volumes', database);
  t.is(status, 201);
  t.regex(String(body['id']), /^block-volume-/);
  t.is(typeof body['endpoint'], 'string');
});

test('what a resource tells follows what was asked for', async (t) => {
  const { call } = await start(t);
  const told = async (kind: string, more: object) => (await call('POST', `/v1/${kind}`, { ...database, ...more })).body;
  t.is((await told('queues', { kind: 'fifo' })).arn, 'arn:aws:sqs:eu-central-1:000000000000:orders-db-dev.fifo');
  t.is((await told('buckets', { bucket: 'example-orders' })).arn, 'arn:aws:s3:::example-orders');
  t.is((await told('dns-records', { zone: 'example.com' })).endpoint, 'orders-db.example.com');
  t.is((await told('dns-records', { zone: 7 })).endpoint, 'orders-db.sandbox.test');
});

test('an Idempotency-Key gives the first answer again, and is refused with another body', async (t) => {
  const { call } = await start(t);
  const key = { 'idempotency-key': 'pao-1-g1-create' };
  const first = await call('POST', '/v1/databases', database, key);
  const again = await call('POST', '/v1/databases', database, key);
  t.deepEqual(again.body, first.body);
  t.is(again.headers.get('idempotency-replayed'), 'true');
  t.is((await call('POST', '/v1/databases', { ...database, name: 'other' }, key)).status, 422);
  t.is((await call('GET', '/v1/databases')).body.items.length, 1);
});

test('a name asks for trouble: refused, or done without a clear answer', async (t) => {
  const { call } = await start(t);
  t.is((await call('POST', '/v1/databases', { name: 'will-fail' })).status, 422);
  t.is((await call('POST', '/v1/databases', { name: 'flaky-db' }, { 'idempotency-key': 'k' })).status, 503);
  const { items } = (await call('GET', '/v1/databases')).body;
  t.deepEqual(
    items.map(({ name }: { name: string }) => name),
    ['flaky-db'],
  );
  t.is((await call('POST', '/v1/databases', { name: 'flaky-db' }, { 'idempotency-key': 'k' })).body.id, items[0].id);
  t.is((await call('POST', '/v1/databases', '{"name":')).status, 400);
  t.is((await call('POST', '/v1/databases', {})).status, 422);
});

test('trouble is over once somebody tries again with another key', async (t) => {
  const { call } = await start(t);
  const create = async (name: string, key: string) =>
    (await call('POST', '/v1/databases', { name }, { 'idempotency-key': key })).status;
  t.deepEqual(
    [await create('will-fail', 'g1'), await create('will-fail', 'g1'), await create('will-fail', 'g2')],
    [422, 422, 201],
  );
  t.deepEqual([await create('flaky-db', 'f1'), await create('flaky-db', 'f2')], [503, 201]);
});

test('a call is on record before it is answered', async (t) => {
  const { call, calls } = await start(t);
  let answered = false;
  const slow = call('POST', '/v1/databases', { name: 'slow-db' }).then(() => (answered = true));
  while ((await calls()).length === 0) await sleep(5);
  t.false(answered);
  await slow;
  t.is((await calls())[0]?.status, 201);
});

test('the record tells all of a call but its credentials, oldest first, and can be asked for a part', async (t) => {
  const { call, calls } = await start(t);
  const headers = { 'idempotency-key': 'k1', authorization: 'Bearer s3cret', 'content-type': 'application/json' };
  await call('POST', '/v1/databases?dry=1', database, headers);
  await sleep(2);
  const between = new Date().toISOString();
  await sleep(2);
  await call('GET', '/v1/parameters');
  const [first, second, ...others] = await calls();
  t.deepEqual(others, []);
  t.like(first, { seq: 1, method: 'POST', path: '/v1/databases', query: 'dry=1', idempotencyKey: 'k1', status: 201 });
  t.deepEqual(first?.body, database);
  t.is(first?.headers['authorization'], 'Bearer (hidden)');
  t.like(second, { seq: 2, method: 'GET', path: '/v1/parameters', body: null });
  t.deepEqual(await calls('?since=1'), [second]);
  t.deepEqual(await calls(`?since=${between}`), [second]);
  t.deepEqual(await calls('?path=/v1/databases'), [first]);
});

test('calls, resources and tickets of before are there after a restart', async (t) => {
  const dataDirectory = await temporary(t);
  const before = await start(t, { dataDirectory });
  await before.call('POST', '/v1/databases', database);
  const issue = { project: { key: 'PLAT' }, issuetype: { name: 'Task' }, summary: 'Do it' };
  await before.call('POST', '/rest/api/3/issue', { fields: issue });
  const recorded = await before.calls();
  await before.close();
  const after = await start(t, { dataDirectory });
  t.deepEqual(await after.calls(), recorded);
  t.is((await after.call('GET', '/v1/databases')).body.items.length, 1);
  t.is((await after.call('GET', '/_sandbox/issues')).body[0].key, 'PLAT-1');
  await after.call('POST', '/rest/api/3/issue', { fields: issue });
  t.is((await after.calls()).at(-1)?.seq, 4);
});

test('the page shows calls and tickets as text, and a button closes a ticket', async (t) => {
  const { call } = await start(t);
  const evil = '<script>alert(1)</script>';
  const description = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: evil }] }] };
  const fields = {
    project: { key: 'PLAT' },
    issuetype: { name: 'Task' },
    summary: evil,
    description,
    labels: ['"><u>'],
  };
  await call('POST', '/rest/api/3/issue', { fields });
  await call('POST', '/v1/databases', { name: evil }, { 'x-note': evil });
  const overview = await call('GET', '/');
  for (const page of [overview, await call('GET', '/browse/PLAT-1')]) {
    t.true(page.text.includes('&lt;script&gt;alert(1)'));
    t.false(page.text.includes('<script>alert') || page.text.includes('"><u>'));
    t.regex(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
  }
  t.is((await call('GET', '/', undefined, { 'if-none-match': overview.headers.get('etag') ?? '' })).status, 304);
  const closed = await call('POST', '/browse/PLAT-1', 'transition=31');
  t.is(closed.status, 303);
  t.is((await call('GET', '/rest/api/3/issue/PLAT-1')).body.fields.status.name, 'Done');
  t.is((await call('GET', '/', undefined, { 'if-none-match': overview.headers.get('etag') ?? '' })).status, 200);
  t.is((await call('GET', '/browse/PLAT-99')).status, 404);
  for (const file of ['sandbox.css', 'sandbox.js']) t.is((await call('GET', `/_sandbox/${file}`)).status, 200);
});

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/v1/databases`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });

test('only this machine is served: other names and pages of other origins are refused', async (t) => {
  const { url, call, calls } = await start(t);
  for (const host of ['rebound.example.com', 'sandbox.test.example.com', '10.0.0.1:80'])
    t.is(await statusFor(url, host), 403);
  for (const host of ['localhost:1', 'platform.sandbox.test', '127.0.0.1']) t.is(await statusFor(url, host), 200);
  t.is((await call('POST', '/v1/databases', database, { origin: 'https://example.com' })).status, 403);
  t.is((await call('POST', '/v1/databases', database, { origin: 'null' })).status, 403);
  t.is((await call('POST', '/v1/databases', database, { origin: url })).status, 201);
  t.is((await calls()).length, 4);
});

test('when the wished port is taken another one is used', async (t) => {
  const { url } = await start(t);
  const other = await start(t, { port: Number(new URL(url).port) });
  t.not(other.url, url);
  t.is((await other.call('GET', '/v1/databases')).status, 200);
});
