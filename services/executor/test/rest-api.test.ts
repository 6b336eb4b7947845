import { createEnvironmentSecrets } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest, tcpServer } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createRestApiAction } from '../src/adapters/rest-api/action.ts';
import { NAME, prepared, refused, senderTo, tried } from './support/effects.ts';

const SECRETS = new Map([
  ['TOKEN', 'tok-3f9a1c77'],
  ['PAIR', 'robot:pa:ss'],
]);

const actionFor = (t: ExecutionContext, ...targets: readonly { readonly port: number }[]) =>
  createRestApiAction({
    send: senderTo(t, ...targets),
    secrets: createEnvironmentSecrets(SECRETS),
    now: () => new Date(),
  });

const config = (url: string, more: JsonObject = {}): JsonObject => ({ endpoint: { url, method: 'POST' }, ...more });

/** A target that takes everything, and what it got of one call with this configuration. */
const sent = async (t: ExecutionContext, more: JsonObject, path = '/v1/things'): Promise<ReceivedRequest> => {
  const target = await httpServer(t, (_request, response) => response.writeHead(201).end('{}'));
  t.is((await tried(actionFor(t, target), { config: config(`${target.url}${path}`, more) })).kind, 'ok');
  t.is(target.requests.length, 1);
  return target.requests[0] as ReceivedRequest;
};

test('a call carries the name of its attempt as a quoted Idempotency-Key, unless the document sets one', async (t) => {
  const request = await sent(t, { headers: { 'X-Requested-By': 'dev@example.test', 'X-Size': 5 } });
  t.is(request.headers['idempotency-key'], `"${NAME}"`);
  t.like(request.headers, { 'x-requested-by': 'dev@example.test', 'x-size': '5', 'user-agent': 'pao-executor' });
  const own = await sent(t, { headers: { 'Idempotency-Key': 'mine' } });
  t.is(own.headers['idempotency-key'], 'mine');
});

test('query parameters are added to those of the URL, encoded', async (t) => {
  const request = await sent(t, { query: { name: 'a&b=c', tag: ['x', 'y'], size: 5 } }, '/things?v=1#part');
  t.is(request.url, '/things?v=1&name=a%26b%3Dc&tag=x&tag=y&size=5');
});

test('a body goes out in its type', async (t) => {
  const json = await sent(t, { body: { type: 'json', contentTemplate: '{"name": "orders"}' } });
  t.like(json, { body: '{"name": "orders"}' });
  t.is(json.headers['content-type'], 'application/json');
  const tree = await sent(t, {
    body: { type: 'json', contentTemplate: { name: 'orders' }, contentType: 'application/x+json' },
  });
  t.like(tree, { body: '{"name":"orders"}' });
  t.is(tree.headers['content-type'], 'application/x+json');
  const form = await sent(t, {
    body: { type: 'form-urlencoded', contentTemplate: { name: 'a&b', tags: ['x', 'y'], none: null } },
  });
  t.like(form, { body: 'name=a%26b&tags=x&tags=y' });
  const text = await sent(t, { body: { type: 'text', contentTemplate: 'hello' } });
  t.like(text, { body: 'hello' });
});

test('no value of a form can end its part', async (t) => {
  const value = 'x\r\n--pao\r\ncontent-disposition: form-data; name="admin"\r\n\r\ntrue';
  const { body, headers } = await sent(t, {
    body: { type: 'form-data', contentTemplate: { 'a"\r\nb': 'n', note: value } },
  });
  const boundary = /boundary=(pao-[0-9a-f]{32})$/.exec(headers['content-type'] ?? '')?.[1];
  t.truthy(boundary);
  const parts = body.split(`--${boundary}`);
  t.is(parts.length, 4);
  t.true(parts[1]?.includes('name="a%22%0D%0Ab"'));
  t.true(parts[2]?.endsWith(`\r\n\r\n${value}\r\n`));
});

test('a json body that does not parse is found before anything is sent', async (t) => {
  const target = await httpServer(t, (_request, response) => response.end());
  const body = { type: 'json', contentTemplate: '{"name": "a"b"}' };
  const failure = await refused(actionFor(t, target), { config: config(target.url, { body }) });
  t.is(failure.code, 'CONFIG_INVALID');
  t.true(failure.message.startsWith('config.body.contentTemplate: is declared as json and is none'));
  t.is(target.connections(), 0);
});

test('a configuration that is wrong names the place', async (t) => {
  const action = actionFor(t);
  const cases: readonly (readonly [JsonObject, RegExp])[] = [
    [{ endpoint: { url: '/relative', method: 'GET' } }, /^config\.endpoint\.url: is not an absolute URL$/],
    [{ endpoint: { url: 'http://a.test', method: 'FETCH' } }, /^config\.endpoint\.method: /],
    [{}, /^config\.endpoint: /],
    [config('http://a.test', { expect: { status: 'fine' } }), /^config\.expect\.status: /],
    [config('http://a.test', { surprise: 1 }), /surprise/],
    [config('http://a.test', { headers: { 'X-A': 'one\r\nX-B: two' } }), /^config\.headers\.X-A: holds characters/],
    [config('http://a.test', { headers: { 'X-A': 'snow ☃' } }), /^config\.headers\.X-A: holds characters/],
    [config('http://a.test', { headers: { 'X A': 'b' } }), /^config\.headers\.X A: is not a header name$/],
    [config('http://a.test', { headers: { Host: 'b.test' } }), /^config\.headers\.Host: is set by the executor$/],
    [config('http://a.test', { headers: { 'Transfer-Encoding': 'chunked' } }), /is set by the executor$/],
  ];
  for (const [wrong, message] of cases) {
    const failure = await refused(action, { config: wrong });
    t.is(failure.code, 'CONFIG_INVALID');
    t.regex(failure.message, message);
  }
});

test('secrets are filled in where they are named', async (t) => {
  const bearer = await sent(t, { authentication: { type: 'bearer', secretRef: 'env:TOKEN' } });
  t.is(bearer.headers.authorization, 'Bearer tok-3f9a1c77');
  const named = await sent(t, { authentication: { type: 'basic', username: 'robot', secretRef: 'env:TOKEN' } });
  t.is(named.headers.authorization, `Basic ${Buffer.from('robot:tok-3f9a1c77').toString('base64')}`);
  const pair = await sent(t, { authentication: { type: 'basic', secretRef: 'env:PAIR' } });
  t.is(pair.headers.authorization, `Basic ${Buffer.from('robot:pa:ss').toString('base64')}`);
  const key = await sent(t, { authentication: { type: 'api-key', secretRef: 'env:TOKEN' } });
  t.is(key.headers['x-api-key'], 'tok-3f9a1c77');
  const header = await sent(t, { headers: { 'X-Vault': { secretRef: 'env:TOKEN' } } });
  t.is(header.headers['x-vault'], 'tok-3f9a1c77');
});

test('a secret that is missing, or of another store, is named and nothing is sent', async (t) => {
  const action = actionFor(t);
  const missing = await refused(action, {
    config: config('http://a.test', { authentication: { type: 'bearer', secretRef: 'env:NOPE' } }),
  });
  t.like(missing, { code: 'SECRET_NOT_FOUND' });
  t.true(missing.message.includes('PAO_SECRET_NOPE'));
  for (const secretRef of ['vault:kv/token', 'TOKEN', 'env:PAO_JIRA_API_TOKEN/../TOKEN']) {
    const failure = await refused(action, { config: config('http://a.test', { headers: { 'X-A': { secretRef } } }) });
    t.is(failure.code, 'SECRET_STORE_UNKNOWN');
  }
  const without = await refused(action, { config: config('http://a.test', { authentication: { type: 'bearer' } }) });
  t.is(without.message, 'config.authentication.secretRef: is missing');
});

test('a secret that the target echoes, in whatever shape, is in no verdict', async (t) => {
  const secret = 'tok-3f9a1c77';
  for (const status of [200, 422, 500]) {
    const target = await httpServer(t, ({ headers }, response) => {
      const shapes = [headers.authorization, secret, Buffer.from(secret).toString('base64')].join(' ');
      response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': secret, 'x-echo': secret });
      response.end(JSON.stringify({ shapes, nested: { password: 'hunter2', token: 't', note: 'kept' } }));
    });
    const authentication = { type: 'bearer', secretRef: 'env:TOKEN' };
    const verdict = JSON.stringify(
      await tried(actionFor(t, target), { config: config(target.url, { authentication }) }),
    );
    t.false(verdict.includes(secret), verdict);
    t.false(verdict.includes(Buffer.from(secret).toString('base64')), verdict);
    t.true(verdict.includes('kept'));
    if (status !== 200) t.false(verdict.includes('hunter2'), verdict);
  }
});

test('a success gives status, headers and body to output expressions, a JSON body as its value', async (t) => {
  const target = await httpServer(t, (_request, response) => {
    response
      .writeHead(201, { 'content-type': 'application/json; charset=utf-8', 'x-arn': 'arn:1' })
      .end('{"id":"db-1"}');
  });
  const action = actionFor(t, target);
  const all = await tried(action, { config: config(target.url) });
  t.like(all, { kind: 'ok', result: { status: 201, body: { id: 'db-1' } }, offered: { body: { id: 'db-1' } } });
  t.is(all.kind === 'ok' && (all.result['headers'] as JsonObject)['x-arn'], 'arn:1');
  const picky = await tried(action, { config: config(target.url), outputs: { id: 'body.id' } });
  t.deepEqual(picky.kind === 'ok' && picky.offered, { status: 201 });
});

test('an expected status is a success, any other 2xx is unknown', async (t) => {
  const target = await httpServer(t, ({ url }, response) => response.writeHead(Number(url.slice(1))).end());
  const action = actionFor(t, target);
  const verdict = (status: number) =>
    tried(action, { config: config(`${target.url}/${status}`, { expect: { status: [201, 409] } }) });
  t.is((await verdict(201)).kind, 'ok');
  t.is((await verdict(409)).kind, 'ok');
  t.like(await verdict(200), { kind: 'unknown', failure: { code: 'UNEXPECTED_STATUS' } });
});

test('whatever goes wrong after the first byte, one request was sent and the outcome is unknown', async (t) => {
  const json = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
  const targets = {
    HTTP_500: await tcpServer(t, (socket) => socket.end('HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n')),
    HTTP_503: await tcpServer(t, (socket) =>
      socket.end('HTTP/1.1 503 Oops\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n'),
    ),
    HTTP_408: await tcpServer(t, (socket) => socket.end('HTTP/1.1 408 Slow\r\ncontent-length: 0\r\n\r\n')),
    RESPONSE_TIMEOUT: await tcpServer(t, () => {}),
    CONNECTION_LOST: await tcpServer(t, (socket) => socket.resetAndDestroy()),
    RESPONSE_TRUNCATED: await tcpServer(t, (socket) => socket.end(`${json}content-length: 9\r\n\r\n{"id"`)),
    RESPONSE_MALFORMED: await tcpServer(t, (socket) => socket.end(`${json}content-length: 5\r\n\r\n{"id"`)),
  };
  for (const [code, target] of Object.entries(targets)) {
    const verdict = await tried(actionFor(t, target), { config: config(target.url) }, 2_000);
    t.like(verdict, { kind: 'unknown', failure: { code } });
    t.is(target.connections(), 1, code);
    t.is(target.requests(), 1, code);
  }
});

test('a refused call says what to set; nothing was sent', async (t) => {
  const target = await httpServer(t, (_request, response) => response.end());
  const verdict = await tried(actionFor(t), { config: config(target.url) });
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'EGRESS_REFUSED' } });
  t.true(verdict.kind !== 'ok' && verdict.failure.message.includes(`add 127.0.0.1:${target.port} to PAO_EGRESS_ALLOW`));
  t.is(target.connections(), 0);
});

test('evidence is what the target said, cut; what is called tells neither query nor credentials', async (t) => {
  const target = await httpServer(t, (_request, response) => {
    response.writeHead(422, { 'x-request-id': 'r-1', 'set-cookie': 'session=1' }).end(`bad: ${'x'.repeat(10_000)}`);
  });
  const effect = await prepared(actionFor(t, target), { config: config(`${target.url}/v1?key=hush`) });
  t.is(effect.target, `POST ${target.url}/v1`);
  const verdict = await effect.run({ name: NAME, remainingMs: 20_000 });
  if (verdict.kind === 'ok') throw new Error('a 422 is no success');
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'HTTP_422', evidence: { status: 422 } } });
  const evidence = JSON.stringify(verdict.failure.evidence);
  t.true(evidence.includes('r-1'));
  t.false(evidence.includes('session'));
  t.true(evidence.length < 3_000);
});

test('how often a call is tried again is the document’s to say', async (t) => {
  const effect = await prepared(actionFor(t), {
    config: config('http://a.test', { retry: { attempts: 5, backoff: 'linear', delay: 2 } }),
  });
  t.deepEqual(effect.resend, { attempts: 5, backoff: 'linear', firstDelayMs: 2_000 });
});

test('a call that only reads carries no key, and is never in doubt', async (t) => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    const target = await httpServer(t, ({ url }, response) => {
      if (url === '/reset') response.socket?.resetAndDestroy();
      else response.writeHead(Number(url.slice(1))).end();
    });
    const action = actionFor(t, target);
    const get = (path: string) => tried(action, { config: { endpoint: { url: `${target.url}${path}`, method } } });
    t.is((await get('/204')).kind, 'ok');
    t.is(target.requests[0]?.headers['idempotency-key'], undefined);
    t.like(await get('/503'), { kind: 'not-executed', failure: { code: 'HTTP_503' } });
    t.like(await get('/reset'), { kind: 'not-executed', failure: { code: 'CONNECTION_LOST' } });
    const moved = await get('/302');
    t.like(moved, { kind: 'definite-failure', failure: { code: 'HTTP_302' } });
    t.false(JSON.stringify(moved).includes('look before you retry'));
    t.true((await prepared(action, { config: { endpoint: { url: target.url, method } } })).repeatable);
  }
  const post = await prepared(actionFor(t), { config: config('http://a.test') });
  t.false(post.repeatable);
});

test('a body that is no text is given as base64', async (t) => {
  const bytes = Buffer.from([0, 159, 146, 150]);
  const target = await httpServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/zip' }).end(bytes);
  });
  t.like(await tried(actionFor(t, target), { config: config(target.url) }), {
    kind: 'ok',
    result: { body: bytes.toString('base64'), bodyEncoding: 'base64' },
  });
});

test('an answer cut at any byte leaves a call that changes something in doubt, and is asked for once', async (t) => {
  const answer = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id":"abc"}';
  for (let length = 0; length < answer.length; length += 7) {
    const target = await tcpServer(t, (socket) => socket.end(answer.slice(0, length)));
    const verdict = await tried(actionFor(t, target), { config: config(target.url) });
    t.is(verdict.kind, 'unknown', `${length}: ${JSON.stringify(verdict)}`);
    t.is(target.requests(), 1);
  }
});
