import { operations } from '@pao/contracts';
import { route } from '@pao/http';
import test from 'ava';
import { errorOf, nowhere, startGateway, startRaw, startService } from './harness.ts';

const BODY = '{"items":[]}';

test('a service that is not there is a 503 that may be tried again', async (t) => {
  const gateway = await startGateway(nowhere);
  for (const response of [await gateway.call('/api/v1/catalog'), await gateway.submit(BODY)]) {
    t.is(response.status, 503);
    t.is(response.headers.get('retry-after'), '1');
    t.like(await errorOf(response), { code: 'UNAVAILABLE', retryable: true });
  }
  await gateway.stop();
});

test('a service that breaks off before its answer is a 502, sent once', async (t) => {
  let calls = 0;
  const raw = await startRaw((request) => {
    calls += 1;
    request.socket.destroy();
  });
  const gateway = await startGateway(raw.url);
  const read = await gateway.call('/api/v1/catalog');
  t.is(read.status, 502);
  t.like(await errorOf(read), { code: 'BAD_GATEWAY', retryable: true });
  t.is(calls, 1);
  await gateway.stop();
  await raw.close();
});

test('after a break in the middle of a change, only a call with an idempotency key may be tried again', async (t) => {
  const raw = await startRaw((request) => request.socket.destroy());
  const gateway = await startGateway(raw.url);
  t.false((await errorOf(await gateway.submit(BODY))).retryable);
  t.true((await errorOf(await gateway.submit(BODY, { 'idempotency-key': 'k' }))).retryable);
  await gateway.stop();
  await raw.close();
});

test('an answer of announced length that is cut short is a 502 and not half an answer', async (t) => {
  const raw = await startRaw((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100', etag: '"x"' });
    response.write('{"data":', () => response.socket?.destroy());
  });
  const gateway = await startGateway(raw.url);
  const response = await gateway.call('/api/v1/catalog');
  t.is(response.status, 502);
  t.is(response.headers.get('etag'), null);
  t.is((await errorOf(response)).code, 'BAD_GATEWAY');
  await gateway.stop();
  await raw.close();
});

test('a stream that breaks off is broken off for the client too', async (t) => {
  const raw = await startRaw((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n', () => response.socket?.destroy());
  });
  const gateway = await startGateway(raw.url);
  const response = await gateway.call('/api/v1/catalog');
  t.is(response.status, 200);
  await t.throwsAsync(response.text());
  await gateway.stop();
  await raw.close();
});

test('a service that does not answer in time is a 504', async (t) => {
  const raw = await startRaw(() => undefined);
  const gateway = await startGateway(raw.url, { upstreamTimeoutMs: 50 });
  const response = await gateway.call('/api/v1/catalog');
  t.is(response.status, 504);
  t.is((await errorOf(response)).code, 'GATEWAY_TIMEOUT');
  await gateway.stop();
  await raw.close();
});

test('what is no HTTP is a 502', async (t) => {
  const raw = await startRaw((request) => request.socket.end('HTTP/9.9 nonsense\r\n\r\n'));
  const gateway = await startGateway(raw.url);
  t.is((await gateway.call('/api/v1/catalog')).status, 502);
  await gateway.stop();
  await raw.close();
});

test('the reason of a failure is in the log with the operation, and not in the answer', async (t) => {
  const gateway = await startGateway(nowhere);
  const text = await (await gateway.call('/api/v1/catalog')).text();
  t.false(/ECONNREFUSED|127\.0\.0\.1/.test(text));
  const line = gateway.logs.map((entry) => JSON.parse(entry)).find(({ level }) => level === 'warn');
  t.like(line, { operation: 'listCatalog', correlation_id: JSON.parse(text).error.correlation_id });
  t.true(line.failure.reason.includes('ECONNREFUSED'));
  await gateway.stop();
});

test('the system is ready only while every service is', async (t) => {
  let ready = true;
  const service = await startService([route(operations.listCatalog, async () => ({ data: [] }))], () => ready);
  const gateway = await startGateway(service.url);
  const is = async () => (await gateway.call('/api/v1/health/ready')).status;
  t.is(await is(), 200);
  ready = false;
  const response = await gateway.call('/api/v1/health/ready');
  t.is(response.status, 503);
  t.deepEqual((await errorOf(response)).details.map(({ field }) => field).toSorted(), [
    'catalog',
    'escalation',
    'executor',
    'request',
  ]);
  t.is((await gateway.call('/api/v1/health')).status, 200);
  ready = true;
  t.is(await is(), 200);
  await gateway.stop();
  await service.close();
});

test('a body over 1 MiB never reaches a service', async (t) => {
  let calls = 0;
  const raw = await startRaw((_request, response) => {
    calls += 1;
    response.end('{}');
  });
  const gateway = await startGateway(raw.url);
  const response = await gateway.submit(' '.repeat(1_048_577));
  t.is(response.status, 413);
  t.is((await errorOf(response)).code, 'PAYLOAD_TOO_LARGE');
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
  const chunked = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
  t.is((await gateway.call('/api/v1/requests', chunked)).status, 413);
  t.is(calls, 0);
  await gateway.stop();
  await raw.close();
});
