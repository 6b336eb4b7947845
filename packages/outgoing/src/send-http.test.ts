import { gzipSync } from 'node:zlib';
import { closedPort, httpServer, tcpServer } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { MAX_BODY } from './body.ts';
import { createEgress } from './egress.ts';
import { evidenceOfExchange } from './evidence.ts';
import { createHttpSender, type HttpRequest } from './send-http.ts';

const senderFor = (t: ExecutionContext, ...authorities: string[]) => {
  const sender = createHttpSender(createEgress({ allow: new Set(authorities), map: new Map() }));
  t.teardown(() => sender.close());
  return sender;
};

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  url: new URL(url),
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"name":"orders"}',
  timeoutMs: 20_000,
  ...more,
});

const callTo = (
  t: ExecutionContext,
  target: { host: string; port: number; url: string },
  more: Partial<HttpRequest> = {},
) => senderFor(t, `${target.host}:${target.port}`).send(post(`${target.url}/things`, more));

test('an answer comes back whole, and the request as it was given', async (t) => {
  const target = await httpServer(t, (_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'X-Arn': 'a:1' }).end('{"id":"é"}');
  });
  const exchange = await callTo(t, target, { headers: { 'idempotency-key': '"pao-1"' } });
  t.like(exchange, { kind: 'answered', status: 201, body: '{"id":"é"}' });
  t.is(exchange.kind === 'answered' && exchange.headers['x-arn'], 'a:1');
  t.like(target.requests[0], { method: 'POST', url: '/things', body: '{"name":"orders"}' });
  t.like(target.requests[0]?.headers, { 'idempotency-key': '"pao-1"', 'content-length': '17' });
});

test('calls to one place share a connection', async (t) => {
  const target = await httpServer(t, (_request, response) => response.end('{}'));
  const sender = senderFor(t, `127.0.0.1:${target.port}`);
  for (let call = 0; call < 5; call += 1) await sender.send(post(target.url));
  t.is(target.requests.length, 5);
  t.is(target.connections(), 1);
});

test('nothing was sent: a name that does not resolve', async (t) => {
  for (const [code, transient] of [
    ['ENOTFOUND', false],
    ['EAI_AGAIN', true],
  ] as const) {
    const egress = createEgress({ allow: new Set(), map: new Map() }, (_name, _options, callback) =>
      callback(Object.assign(new Error(code), { code, syscall: 'getaddrinfo' }), []),
    );
    const exchange = await createHttpSender(egress).send(post('http://nowhere.example.com/'));
    t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'DNS_FAILED', transient });
  }
});

test('nothing was sent: nobody listens', async (t) => {
  const port = await closedPort();
  const exchange = await callTo(t, { host: '127.0.0.1', port, url: `http://127.0.0.1:${port}` });
  t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'CONNECT_FAILED', transient: true });
});

test('nothing was sent: the time was over before there was a connection', async (t) => {
  const egress = createEgress({ allow: new Set(), map: new Map() }, () => {});
  const exchange = await createHttpSender(egress).send(post('http://slow.example.com/', { timeoutMs: 30 }));
  t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'CONNECT_TIMEOUT', transient: true });
});

test('nothing is sent once the time is over', async (t) => {
  const target = await httpServer(t, (_request, response) => response.end());
  t.like(await callTo(t, target, { timeoutMs: 0 }), { kind: 'failed', phase: 'before-send', code: 'TIME_OVER' });
  t.is(target.connections(), 0);
});

test('nothing was sent: the other side speaks no TLS, or hangs up in the handshake', async (t) => {
  const plain = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const hangup = await tcpServer(t, (socket) => socket.resetAndDestroy());
  for (const [target, transient] of [
    [plain, false],
    [hangup, true],
  ] as const) {
    const exchange = await callTo(t, { ...target, url: target.url.replace('http:', 'https:') });
    t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'TLS_FAILED', transient });
  }
});

test('nobody knows: no answer in time, and one request was seen', async (t) => {
  const target = await tcpServer(t, () => {});
  const exchange = await callTo(t, target, { timeoutMs: 2_000 });
  t.like(exchange, { kind: 'failed', phase: 'after-send', code: 'RESPONSE_TIMEOUT' });
  t.is(target.requests(), 1);
  t.is(target.connections(), 1);
});

test('nobody knows: the connection is reset or closed without an answer, and one request was seen', async (t) => {
  for (const end of ['resetAndDestroy', 'destroy', 'end'] as const) {
    const target = await tcpServer(t, (socket) => socket[end]());
    const exchange = await callTo(t, target);
    t.like(exchange, { kind: 'failed', phase: 'after-send', code: 'CONNECTION_LOST' }, end);
    t.is(target.requests(), 1);
    t.is(target.connections(), 1);
  }
});

test('nobody knows: a connection kept from before is reset, and the request is not sent again', async (t) => {
  let calls = 0;
  const target = await httpServer(t, (_request, response) => {
    calls += 1;
    if (calls === 1) response.end('{}');
    else response.socket?.resetAndDestroy();
  });
  const sender = senderFor(t, `127.0.0.1:${target.port}`);
  t.is((await sender.send(post(target.url))).kind, 'answered');
  t.like(await sender.send(post(target.url)), { kind: 'failed', phase: 'after-send', code: 'CONNECTION_LOST' });
  t.is(calls, 2);
});

test('nobody knows: what comes back is not HTTP, or another protocol', async (t) => {
  for (const answer of ['SSH-2.0-OpenSSH\r\n', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n']) {
    const target = await tcpServer(t, (socket) => socket.end(answer));
    t.like(await callTo(t, target), { kind: 'failed', phase: 'after-send', code: 'RESPONSE_MALFORMED' });
  }
});

test('an answer cut at any byte is never taken for a whole one', async (t) => {
  const whole = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id":"abc"}';
  const chunked = 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{"id":"abc"}\r\n0\r\n\r\n';
  for (const answer of [whole, chunked]) {
    for (let length = 0; length < answer.length; length += 1) {
      const target = await tcpServer(t, (socket) => socket.end(answer.slice(0, length)));
      const exchange = await callTo(t, target);
      const incomplete = exchange.kind === 'answered' ? exchange.incomplete : exchange.phase;
      t.true(incomplete === 'truncated' || incomplete === 'after-send', `${length}: ${JSON.stringify(exchange)}`);
      t.is(target.requests(), 1);
    }
  }
});

test('an answer that stops flowing keeps its status and is incomplete', async (t) => {
  const target = await tcpServer(t, (socket) => socket.write('HTTP/1.1 422 No\r\ncontent-length: 50\r\n\r\n{"error":'));
  t.like(await callTo(t, target, { timeoutMs: 2_000 }), {
    kind: 'answered',
    status: 422,
    body: '{"error":',
    incomplete: 'truncated',
  });
});

test('an answer is read up to the limit, whatever it says of its length', async (t) => {
  const target = await httpServer(t, (_request, response) => {
    const chunk = Buffer.alloc(65_536, 'x');
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', pump);
    };
    pump();
  });
  const exchange = await callTo(t, target);
  t.like(exchange, { kind: 'answered', status: 200, incomplete: 'too-large' });
  t.true(exchange.kind === 'answered' && exchange.body.length <= MAX_BODY);
});

test('a compressed answer is read, a bomb is not, nor what cannot be decoded', async (t) => {
  const bodies: Record<string, readonly [encoding: string, body: Buffer]> = {
    '/gzip': ['gzip', gzipSync('{"id":1}')],
    '/bomb': ['gzip', gzipSync(Buffer.alloc(10 * MAX_BODY))],
    '/broken': ['gzip', Buffer.from('nothing of the kind')],
    '/unknown': ['zstd-2', Buffer.from('x')],
  };
  const target = await httpServer(t, ({ url }, response) => {
    const [encoding, body] = bodies[url] ?? ['identity', Buffer.alloc(0)];
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  });
  const sender = senderFor(t, `127.0.0.1:${target.port}`);
  const answer = (path: string) => sender.send(post(`${target.url}${path}`));
  t.like(await answer('/gzip'), { status: 200, body: '{"id":1}' });
  t.like(await answer('/bomb'), { status: 200, body: '', incomplete: 'too-large' });
  t.like(await answer('/broken'), { status: 200, incomplete: 'undecodable' });
  t.like(await answer('/unknown'), { status: 200, incomplete: 'undecodable' });
});

test('a body that is no text comes as base64, and evidence tells only its length', async (t) => {
  const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]);
  const target = await httpServer(t, ({ url }, response) => {
    response.writeHead(200, { 'content-type': url === '/text' ? 'text/plain' : 'image/png' }).end(picture);
  });
  const sender = senderFor(t, `127.0.0.1:${target.port}`);
  const answer = await sender.send(post(`${target.url}/picture`));
  t.like(answer, { body: picture.toString('base64'), binary: true });
  t.is(evidenceOfExchange(answer)['body'], '[binary, 7 bytes]');
  const text = await sender.send(post(`${target.url}/text`));
  t.true(text.kind === 'answered' && text.binary === undefined && text.body.includes('PNG'));
});

test('proxy variables have no say', async (t) => {
  const proxy = await tcpServer(t, (socket) => socket.end());
  const target = await httpServer(t, (_request, response) => response.end('direct'));
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) process.env[name] = proxy.url;
  process.env['NODE_USE_ENV_PROXY'] = '1';
  t.like(await callTo(t, target), { body: 'direct' });
  t.is(proxy.connections(), 0);
});
