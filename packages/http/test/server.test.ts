import { once } from 'node:events';
import { connect } from 'node:net';
import { createMetrics } from '@pao/runtime';
import test from 'ava';
import { route } from '../src/index.ts';
import { errorOf, exchange, getThing, startHarness, token } from './harness.ts';

const things = route(getThing, async ({ params }) => ({ data: params.id }));

test('health tells that the process answers, without an identity', async (t) => {
  const server = await startHarness([]);
  const response = await fetch(`${server.url}/api/v1/health`);
  t.is(response.status, 200);
  t.deepEqual(await response.json(), { data: { status: 'live', service: 'things' } });
  t.is((await fetch(`${server.url}/api/v1/health`, { method: 'POST' })).status, 405);
  await server.close();
});

test('readiness is 503 while a part is away and names it, but not why', async (t) => {
  let away = true;
  const check = async () => {
    if (away) throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
  };
  const server = await startHarness([], { readiness: [{ name: 'database', check }] });
  const notReady = await fetch(`${server.url}/api/v1/health/ready`);
  t.is(notReady.status, 503);
  const error = await errorOf(notReady);
  t.deepEqual(error.details, [{ field: 'database', issue: 'is not ready' }]);
  t.false(JSON.stringify(error).includes('10.0.0.7'));
  t.true(server.logs.some((line) => line.includes('10.0.0.7')));
  away = false;
  t.is((await fetch(`${server.url}/api/v1/health/ready`)).status, 200);
  await server.close();
});

test('metrics count calls by operation, method and status, and not by path', async (t) => {
  const metrics = createMetrics();
  metrics.counter('tasks_total', 'Tasks.').increment();
  const server = await startHarness([things], { metrics });
  await server.call('/api/v1/things/abc');
  await server.call('/api/v1/things/UPPER');
  await server.call('/api/v1/secret-path');
  const response = await fetch(`${server.url}/metrics`);
  t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  t.true(text.includes('http_requests_total{operation="getThing",method="GET",status="200"} 1'));
  t.true(text.includes('http_requests_total{operation="getThing",method="GET",status="400"} 1'));
  t.true(text.includes('http_requests_total{operation="none",method="GET",status="404"} 1'));
  t.true(text.includes('http_request_duration_seconds_count{operation="getThing"} 2'));
  t.true(text.includes('tasks_total 1'));
  t.false(text.includes('secret-path'));
  await server.close();
});

test('a close lets calls under way finish and takes no new ones', async (t) => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const slow = route(getThing, async () => {
    begun.resolve();
    await release.promise;
    return { data: 'done' };
  });
  const server = await startHarness([slow]);
  const call = server.call('/api/v1/things/abc');
  await begun.promise;
  const closed = server.close();
  await t.throwsAsync(fetch(`${server.url}/api/v1/health`));
  release.resolve();
  const response = await call;
  t.is(response.headers.get('connection'), 'close');
  t.deepEqual(await response.json(), { data: 'done' });
  await closed;
});

test('a close does not wait for connections that are kept alive', async (t) => {
  const server = await startHarness([things]);
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  await server.close();
  t.true(socket.destroyed || (await once(socket, 'close')).length > 0);
});

test('a server can be closed twice, and before it listens', async (t) => {
  const server = await startHarness([]);
  await server.close();
  await t.notThrowsAsync(server.close());
});

test('connections beyond the limit are dropped', async (t) => {
  const server = await startHarness([things], { maxConnections: 1 });
  const first = connect(server.port, '127.0.0.1');
  await once(first, 'connect');
  const request = `GET /api/v1/things/abc HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\nConnection: close\r\n\r\n`;
  // The first connection is counted once the server has accepted it, which an answer proves.
  first.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(first, 'data');
  t.is(await exchange(server.port, [request]), '');
  first.destroy();
  await server.close();
});

test('a port in use is an error of listen', async (t) => {
  const server = await startHarness([]);
  const { createServer } = await import('../src/index.ts');
  const { createLogger } = await import('@pao/runtime');
  const second = createServer({
    logger: createLogger({ service: 'x', level: 'silent' }),
    metrics: createMetrics(),
    middleware: () => [],
  });
  await t.throwsAsync(second.listen({ host: '127.0.0.1', port: server.port }), { code: 'EADDRINUSE' });
  await server.close();
});
