import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import { apiError, download, eventStream, route } from '@pao/http';
import test from 'ava';
import { errorOf, type RunningGateway, startGateway, startRaw, startService } from './harness.ts';

const ID = '01920000-0000-7000-8000-000000000000';
const BODY = '{"items":[{"schemaVersion":"catalog/v1","catalogItemId":"a","input":{"name":"ü"}}]}';

let service: Awaited<ReturnType<typeof startService>>;
let gateway: RunningGateway;

test.before(async () => {
  service = await startService([
    route(operations.submitRequests, async ({ body, identity, correlationId, idempotencyKey }) => {
      const echo = { body, identity, idempotencyKey };
      return { data: { submissionId: JSON.stringify(echo), correlationId, requests: [] } };
    }),
    route(operations.getRequest, async () => apiError({ code: 'NOT_FOUND', message: 'There is no such request.' })),
    route(operations.listRequests, async ({ query }) => ({
      data: [],
      pagination: { hasMore: true, nextCursor: JSON.stringify(query) },
      headers: { etag: '"v1"' },
    })),
    route(operations.streamRequestEvents, async ({ lastEventId, signal }) =>
      eventStream(
        (async function* () {
          yield { id: `after ${lastEventId}`, data: {} as never };
          if (lastEventId !== 'end') await once(signal, 'abort');
        })(),
      ),
    ),
  ]);
  gateway = await startGateway(service.url);
});

test.after.always(async () => {
  await gateway.stop();
  await service.close();
});

test('a call reaches its service with the identity of the caller, and the answer comes back as it was', async (t) => {
  const response = await gateway.submit(BODY, { 'idempotency-key': 'k-1', 'x-correlation-id': 'c-1' });
  t.is(response.status, 202);
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
  t.is(response.headers.get('x-correlation-id'), 'c-1');
  const { data } = (await response.json()) as { data: { submissionId: string; correlationId: string } };
  t.is(data.correlationId, 'c-1');
  t.deepEqual(JSON.parse(data.submissionId), {
    body: JSON.parse(BODY),
    idempotencyKey: 'k-1',
    identity: {
      subject: 'user:dev@example.test',
      name: 'Demo developer',
      email: 'dev@example.test',
      teams: ['payments'],
      roles: ['developer', 'platform-team', 'operator', 'auditor'],
      tenant: 'default',
    },
  });
});

test('query, entity tag and errors of the service pass through', async (t) => {
  const list = await gateway.call('/api/v1/requests?limit=7&q=a%20b');
  t.deepEqual(JSON.parse(((await list.json()) as { pagination: { nextCursor: string } }).pagination.nextCursor), {
    limit: 7,
    sort: '-createdAt',
    q: 'a b',
  });
  const again = await gateway.call('/api/v1/requests', { headers: { 'if-none-match': '"v1"' } });
  t.is(again.status, 304);
  const missing = await gateway.call(`/api/v1/requests/${ID}`, { headers: { 'x-correlation-id': 'c-2' } });
  t.is(missing.status, 404);
  t.like(await errorOf(missing), { code: 'NOT_FOUND', message: 'There is no such request.', correlation_id: 'c-2' });
});

test('a correlation id is made for a call without a sound one, and the service gets it too', async (t) => {
  const response = await gateway.submit(BODY, { 'x-correlation-id': 'no good' });
  const made = response.headers.get('x-correlation-id') ?? '';
  t.regex(made, /^[\da-f-]{36}$/);
  t.is(((await response.json()) as { data: { correlationId: string } }).data.correlationId, made);
});

test('HEAD is forwarded as HEAD', async (t) => {
  const response = await gateway.call('/api/v1/requests', { method: 'HEAD' });
  t.is(response.status, 200);
  t.is(await response.text(), '');
});

test('events stream through as they come, from where the client was', async (t) => {
  const response = await gateway.call(`/api/v1/requests/${ID}/events`, { headers: { 'last-event-id': 'end' } });
  t.is(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.is(await response.text(), 'retry: 1000\n\nid: after end\ndata: {}\n\n');
  const live = await gateway.call(`/api/v1/requests/${ID}/events`, { headers: { 'last-event-id': '1' } });
  const reader = live.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('id: after 1')) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  t.pass();
});

test('a service sees the traceparent of the trace, and no header that a caller must not set', async (t) => {
  const seen: Record<string, unknown>[] = [];
  const raw = await startRaw((request, response) => {
    seen.push(request.headers);
    response.end('{}');
  });
  const front = await startGateway(raw.url);
  await front.call('/api/v1/catalog', {
    headers: {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-pao-identity': 'forged',
      'X-PAO-Role': 'admin',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.test',
      cookie: 'a=b',
      te: 'trailers',
    },
  });
  const [headers = {}] = seen;
  t.regex(String(headers.traceparent), /^00-0af7651916cd43dd8448eb211c80319c-/);
  t.not(headers['x-pao-identity'], 'forged');
  t.deepEqual(
    Object.keys(headers)
      .filter((name) => /^x-|forwarded|cookie|authorization|^te$/.test(name))
      .toSorted(),
    ['x-correlation-id', 'x-pao-identity'],
  );
  await front.stop();
  await raw.close();
});

test('the key of a caller never reaches a service', async (t) => {
  const seen: unknown[] = [];
  const raw = await startRaw((request, response) => {
    seen.push(request.headers.authorization, JSON.stringify(request.rawHeaders));
    response.end('{}');
  });
  const { apiKeyOf } = await import('./harness.ts');
  const front = await startGateway(raw.url, { apiKeys: [apiKeyOf('ci', ['viewer'])] });
  t.is((await front.call('/api/v1/catalog', { headers: { authorization: 'Bearer ci-secret' } })).status, 200);
  t.is(seen[0], undefined);
  t.false(String(seen[1]).includes('ci-secret'));
  t.false(front.logs.join('').includes('ci-secret'));
  await front.stop();
  await raw.close();
});

test('headers that concern one connection alone are not passed back', async (t) => {
  const raw = await startRaw((_request, response) => {
    response.writeHead(200, {
      connection: 'X-Secret-Hop',
      'x-secret-hop': '1',
      'keep-alive': 'timeout=1',
      trailer: 'X-T',
      'x-kept': '1',
    });
    response.end('{}');
  });
  const front = await startGateway(raw.url);
  const { headers } = await front.call('/api/v1/catalog');
  t.is(headers.get('x-kept'), '1');
  for (const name of ['x-secret-hop', 'trailer']) t.is(headers.get(name), null, name);
  await front.stop();
  await raw.close();
});

test('a large answer arrives whole, however slowly it is read', async (t) => {
  const chunk = Buffer.alloc(65_536, 'x');
  const raw = await startRaw(async (_request, response) => {
    for (let count = 0; count < 200; count += 1) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  });
  const front = await startGateway(raw.url);
  const socket = connect(front.port, '127.0.0.1');
  socket.write('GET /api/v1/catalog HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  let size = 0;
  for await (const part of socket) {
    size += part.length;
    await new Promise(setImmediate);
  }
  t.true(size > 200 * chunk.length);
  await front.stop();
  await raw.close();
});

test('a client that does not read stops the service instead of filling the memory', async (t) => {
  const chunk = Buffer.alloc(65_536, 'x');
  const limit = 1_024 * chunk.length;
  let sent = 0;
  const raw = await startRaw(async (_request, response) => {
    for (; sent < limit; sent += chunk.length) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  });
  const front = await startGateway(raw.url);
  const socket = connect(front.port, '127.0.0.1');
  socket.write('GET /api/v1/catalog HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  let before = -1;
  // Still once nothing was sent for a while: the buffers of the sockets are full.
  while (sent === 0 || (before !== sent && sent < limit)) {
    before = sent;
    await sleep(200);
  }
  t.true(sent < limit / 2, String(sent));
  socket.destroy();
  await front.stop();
  await raw.close();
});

test('a stop ends streams on both sides and lets calls finish', async (t) => {
  const own = await startService([
    route(operations.streamRequestEvents, async ({ signal }) =>
      eventStream(
        (async function* () {
          yield { data: {} as never };
          await once(signal, 'abort');
        })(),
      ),
    ),
  ]);
  const front = await startGateway(own.url);
  const response = await front.call(`/api/v1/requests/${ID}/events`);
  const rest = response.text();
  await front.stop();
  t.true((await rest).startsWith('retry'));
  await own.close();
});

test('a file that a stop interrupts breaks off, so that nobody takes the part for the whole', async (t) => {
  const gone = Promise.withResolvers<void>();
  const own = await startService([
    route(operations.exportAudit, () => {
      const file = async function* () {
        yield 'the first line\n';
        await gone.promise;
      };
      return download({ file: file(), mediaType: 'text/csv', name: 'audit.csv' });
    }),
  ]);
  const front = await startGateway(own.url);
  const response = await front.call('/api/v1/audit/export');
  t.is(response.headers.get('content-disposition'), 'attachment; filename="audit.csv"');
  const rest = response.text();
  await Promise.all([t.throwsAsync(rest), front.stop()]);
  gone.resolve();
  await own.close();
});
