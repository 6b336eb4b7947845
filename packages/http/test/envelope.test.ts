import { errorEnvelopeSchema } from '@pao/contracts';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import { apiError, route } from '../src/index.ts';
import {
  addThing,
  errorOf,
  getThing,
  type Harness,
  identity,
  jsonOf,
  listThings,
  resetThings,
  startHarness,
  token,
} from './harness.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

let server: Harness;

test.before(async () => {
  server = await startHarness([
    route(addThing, async ({ body, idempotencyKey }) => ({ data: { body, idempotencyKey } })),
    route(resetThings, async ({ body }) => ({ status: 200, data: { body: body ?? null } })),
    route(listThings, async ({ query }) => ({ data: [query], pagination: { hasMore: true, nextCursor: 'n' } })),
    route(getThing, async ({ params, identity: caller, correlationId }) => {
      switch (params.id) {
        case 'missing':
          return apiError({
            code: 'NOT_FOUND',
            message: 'There is no such thing.',
            details: [{ field: 'id', issue: 'is unknown' }],
          });
        case 'away':
          throw new TransientError('database away', { retryAfterMs: 2_500 });
        case 'bug':
          throw new Error('secret internals');
        case 'odd':
          return apiError({ code: 'CONFLICT', status: 423, retryable: true, message: 'Locked.' });
        case 'tagged':
          return { data: 'x', headers: { etag: '"v1"' } };
        default:
          return { data: { id: params.id, caller, correlationId } };
      }
    }),
  ]);
});

test.after.always(() => server.close());

test('a success is its data under `data`, with the status of the operation', async (t) => {
  const response = await server.post('/api/v1/things', '{"items":[{"name":"a"}]}', { 'idempotency-key': 'k 1' });
  t.is(response.status, 202);
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
  t.is(response.headers.get('cache-control'), 'no-store');
  t.is(response.headers.get('x-content-type-options'), 'nosniff');
  t.deepEqual(await response.json(), { data: { body: { items: [{ name: 'a' }] }, idempotencyKey: 'k 1' } });
});

test('a list carries its pagination, and the query its defaults', async (t) => {
  const response = await server.call('/api/v1/things?q=a%20b');
  t.deepEqual(await response.json(), {
    data: [{ limit: 50, q: 'a b' }],
    pagination: { hasMore: true, nextCursor: 'n' },
  });
});

test('an operation answers at its aliases too', async (t) => {
  t.like((await jsonOf(await server.call('/api/v1/items/abc'))).data, { id: 'abc', caller: identity });
});

test('an operation without a body takes none, or an empty object', async (t) => {
  for (const body of [undefined, '{}']) {
    t.deepEqual(await (await server.post('/api/v1/things/reset', body)).json(), { data: { body: null } });
  }
  t.is((await server.post('/api/v1/things/reset', '{"a":1}')).status, 422);
});

test('every error has the envelope of the contract', async (t) => {
  const response = await server.call('/api/v1/things/missing', { headers: { 'x-correlation-id': 'c-1' } });
  t.is(response.status, 404);
  const body = await jsonOf(response);
  t.true(errorEnvelopeSchema.strict().safeParse(body).success);
  const { trace_id, ...error } = body.error;
  t.regex(trace_id, /^[\da-f]{32}$/);
  t.deepEqual(error, {
    code: 'NOT_FOUND',
    message: 'There is no such thing.',
    details: [{ field: 'id', issue: 'is unknown' }],
    correlation_id: 'c-1',
    retryable: false,
    doc_url: '/api/v1/runbook/NOT_FOUND',
  });
});

test('an error may override status and retryable of its code', async (t) => {
  const response = await server.call('/api/v1/things/odd');
  t.is(response.status, 423);
  t.true((await errorOf(response)).retryable);
});

test('a TransientError is a 503 that may be tried again, with the time to wait in seconds', async (t) => {
  const response = await server.call('/api/v1/things/away');
  t.is(response.status, 503);
  t.is(response.headers.get('retry-after'), '3');
  t.like(await errorOf(response), { code: 'UNAVAILABLE', retryable: true });
});

test('a fault is a 500 that tells nothing but its correlation id, under which the log has it', async (t) => {
  const response = await server.call('/api/v1/things/bug');
  t.is(response.status, 500);
  const text = await response.text();
  t.false(/secret|internals|\bat /.test(text));
  const { correlation_id, trace_id } = JSON.parse(text).error;
  const line = server.logs.map((entry) => JSON.parse(entry)).find((entry) => entry.level === 'error');
  t.like(line, { correlation_id, trace_id });
  t.true(line.err.stack.includes('secret internals'));
});

test('a correlation id is taken when it is well formed, and made otherwise', async (t) => {
  const taken = await server.call('/api/v1/things/abc', { headers: { 'x-correlation-id': 'a.b:c_d-1' } });
  t.is(taken.headers.get('x-correlation-id'), 'a.b:c_d-1');
  t.is((await jsonOf(taken)).data.correlationId, 'a.b:c_d-1');
  for (const bad of [undefined, 'a b', 'x'.repeat(129), '<script>', 'a,b']) {
    const made = await server.call('/api/v1/things/abc', {
      headers: bad === undefined ? {} : { 'x-correlation-id': bad },
    });
    t.regex(made.headers.get('x-correlation-id') ?? '', UUID);
  }
});

test('the trace of the caller goes on', async (t) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const response = await server.call('/api/v1/things/missing', { headers: { traceparent } });
  t.is((await errorOf(response)).trace_id, '0af7651916cd43dd8448eb211c80319c');
});

test('an unknown path is a 404, and another method on a known one a 405 that names those it has', async (t) => {
  for (const path of ['/', '/api/v1', '/api/v1/nothing', '/api/v1/things/', '/API/v1/things', '/api/v1/things/a/b']) {
    t.is((await errorOf(await server.call(path))).code, 'NOT_FOUND', path);
  }
  for (const [path, allow] of [
    ['/api/v1/things', 'GET, HEAD, POST'],
    ['/api/v1/things/abc', 'GET, HEAD'],
  ] as const) {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await server.call(path, { method });
      t.is(response.status, 405, `${method} ${path}`);
      t.is(response.headers.get('allow')?.split(', ').toSorted().join(', '), allow);
    }
  }
});

test('HEAD is answered like GET, without the body', async (t) => {
  const response = await server.call('/api/v1/things/abc', { method: 'HEAD' });
  t.is(response.status, 200);
  t.is(await response.text(), '');
});

test('a client that has the entity tag already is told so', async (t) => {
  const headers = { 'if-none-match': '"v1"' };
  const response = await server.call('/api/v1/things/tagged', { headers });
  t.is(response.status, 304);
  t.is((await server.call('/api/v1/things/tagged', { headers: { 'if-none-match': '"v0"' } })).status, 200);
});

test('without a valid identity there is no answer but 401', async (t) => {
  const [head, , signature] = token.split('.');
  const forged = `${head}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${signature}`;
  for (const given of ['', 'nonsense', forged, `${token}x`]) {
    const response = await server.call('/api/v1/things/abc', { headers: { 'x-pao-identity': given } });
    t.is(response.status, 401, given);
    t.is((await errorOf(response)).code, 'UNAUTHENTICATED');
  }
});
