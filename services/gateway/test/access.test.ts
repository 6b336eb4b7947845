import { request } from 'node:http';
import { operations } from '@pao/contracts';
import { route } from '@pao/http';
import test from 'ava';
import { apiKeyOf, errorOf, type RunningGateway, startGateway, startService } from './harness.ts';

let service: Awaited<ReturnType<typeof startService>>;
let demo: RunningGateway;
let required: RunningGateway;
let calls = 0;

test.before(async () => {
  service = await startService([
    route(operations.listCatalog, async ({ identity }) => {
      calls += 1;
      return { data: [identity as never] };
    }),
    route(operations.submitRequests, async ({ correlationId }) => {
      calls += 1;
      return { data: { submissionId: 's', correlationId, requests: [] } };
    }),
  ]);
  const apiKeys = [apiKeyOf('reader', ['viewer']), apiKeyOf('ci', ['developer']), apiKeyOf('ops', ['operator'])];
  demo = await startGateway(service.url, { apiKeys });
  required = await startGateway(service.url, { auth: 'required', apiKeys });
});

test.after.always(async () => {
  await demo.stop();
  await required.stop();
  await service.close();
});

/** With any Host, which fetch does not allow. */
const raw = (port: number, method: string, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .on('error', reject)
      .end(method === 'POST' ? '{"items":[]}' : undefined);
  });

const bearer = (name: string) => ({ authorization: `Bearer ${name}-secret` });

test.serial('a demo refuses what does not come from this machine, before it reaches a service', async (t) => {
  const before = calls;
  const json = { 'content-type': 'application/json' };
  const foreign = [
    { host: 'evil.test' },
    { host: 'evil.test:8080' },
    { host: '127.0.0.1.nip.io' },
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    t.is((await raw(demo.port, 'GET', '/api/v1/catalog', headers)).status, 403, JSON.stringify(headers));
    t.is(
      (await raw(demo.port, 'POST', '/api/v1/requests', { ...headers, ...json })).status,
      403,
      JSON.stringify(headers),
    );
    t.is((await raw(demo.port, 'POST', '/api/v1/requests', { ...headers, 'content-type': 'text/plain' })).status, 403);
    t.is((await raw(demo.port, 'GET', '/metrics', headers)).status, 403);
  }
  t.is(calls, before);
});

test.serial('a demo serves this machine by each of its names', async (t) => {
  for (const headers of [
    { host: 'localhost:8080' },
    { host: '[::1]' },
    { origin: 'http://localhost:5173' },
    { 'sec-fetch-site': 'same-origin' },
    {},
  ]) {
    t.is((await raw(demo.port, 'GET', '/api/v1/catalog', headers)).status, 200, JSON.stringify(headers));
  }
});

test.serial('a key is honoured by a demo too, from anywhere, and a wrong one refused', async (t) => {
  t.is((await raw(demo.port, 'GET', '/api/v1/catalog', { host: 'pao.example.test', ...bearer('reader') })).status, 200);
  t.is((await raw(demo.port, 'GET', '/api/v1/catalog', bearer('unknown'))).status, 401);
});

test.serial('where credentials are required, none or wrong ones are a 401 that says how', async (t) => {
  for (const headers of [
    {},
    bearer('unknown'),
    { authorization: 'Basic cmVhZGVyOnNlY3JldA==' },
    { 'x-pao-identity': 'forged' },
  ]) {
    const response = await required.call('/api/v1/catalog', { headers });
    t.is(response.status, 401);
    t.is(response.headers.get('www-authenticate'), 'Bearer realm="pao"');
    t.is((await errorOf(response)).code, 'UNAUTHENTICATED');
  }
});

test.serial('a key says who calls', async (t) => {
  const response = await required.call('/api/v1/catalog', { headers: bearer('reader') });
  const { data } = (await response.json()) as { data: unknown[] };
  t.deepEqual(data, [
    {
      subject: 'key:reader',
      name: 'reader',
      email: 'reader@example.test',
      teams: ['payments'],
      roles: ['viewer'],
      tenant: 'default',
    },
  ]);
});

test.serial('a role that may not do something is a 403 before the service hears of it', async (t) => {
  const before = calls;
  const response = await required.submit('{"items":[]}', bearer('reader'));
  t.is(response.status, 403);
  t.like(await errorOf(response), { code: 'FORBIDDEN', retryable: false });
  t.is(calls, before);
});

test.serial('metrics are for those who operate the system', async (t) => {
  t.is((await required.call('/metrics')).status, 401);
  t.is((await required.call('/metrics', { headers: bearer('reader') })).status, 403);
  const response = await required.call('/metrics', { headers: bearer('ops') });
  t.true((await response.text()).includes('http_requests_total{operation="listCatalog",method="GET",status="401"}'));
});

test.serial('health, version and the description of the API are for everybody', async (t) => {
  for (const path of [
    '/api/v1/health',
    '/api/v1/health/ready',
    '/api/v1/version',
    '/api/v1/openapi.json',
    '/api/v1/docs',
  ]) {
    t.is((await required.call(path)).status, 200, path);
  }
});

test.serial('a path that is not of the API is a 404, and another method a 405', async (t) => {
  for (const path of ['/', '/api/v1/nothing', '/api/v2/catalog', '/api/v1/catalog/']) {
    t.is((await errorOf(await demo.call(path))).code, 'NOT_FOUND', path);
  }
  const response = await demo.call('/api/v1/catalog', { method: 'DELETE' });
  t.is(response.status, 405);
  t.is(response.headers.get('allow'), 'GET, HEAD');
});

test.serial('no origin is ever allowed by CORS', async (t) => {
  for (const origin of ['https://evil.test', 'null', 'http://localhost:5173', 'http://127.0.0.1']) {
    for (const [method, headers] of [
      ['GET', { origin }],
      ['GET', { origin, ...bearer('reader') }],
      [
        'OPTIONS',
        { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      ],
    ] as const) {
      const { headers: answered } = await raw(demo.port, method, '/api/v1/catalog', headers);
      t.deepEqual(
        Object.keys(answered).filter((name) => name.startsWith('access-control')),
        [],
      );
    }
  }
});

test.serial('who calls too often is told when to come again, and health still answers', async (t) => {
  const apiKeys = [apiKeyOf('reader', ['viewer']), apiKeyOf('ci', ['developer'])];
  const limited = await startGateway(service.url, { auth: 'required', apiKeys, rateLimit: { perSecond: 1, burst: 3 } });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1)
    statuses.push((await limited.call('/api/v1/catalog', { headers: bearer('ci') })).status);
  t.true(statuses.includes(200));
  const refused = await limited.call('/api/v1/catalog', { headers: bearer('ci') });
  t.is(refused.status, 429);
  t.regex(refused.headers.get('retry-after') ?? '', /^\d+$/);
  t.like(await errorOf(refused), { code: 'RATE_LIMITED', retryable: true });
  t.is((await limited.call('/api/v1/health')).status, 200);
  await limited.stop();
});

test.serial('the reference page names every operation and error, and loads nothing from elsewhere', async (t) => {
  const response = await demo.call('/api/v1/docs');
  t.regex(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const html = await response.text();
  for (const { path } of Object.values(operations)) t.true(html.includes(`/api/v1${path}`), path);
  t.true(html.includes('id="error-RATE_LIMITED"'));
  t.notRegex(html, /<script|src=|https?:\/\//);
});

test.serial('the version and the OpenAPI document are JSON', async (t) => {
  t.like(await (await demo.call('/api/v1/version')).json(), { data: { version: '0.1.0' } });
  t.true(((await (await demo.call('/api/v1/openapi.json')).json()) as { openapi: string }).openapi.startsWith('3.1'));
});
