import type { LookupAddress } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import test from 'ava';
import { refusalOf } from './addresses.ts';
import { createEgress, type EgressRules, parseEndpoint } from './egress.ts';
import { createHttpSender } from './send-http.ts';

const NOTHING: EgressRules = { allow: new Set(), map: new Map() };

/** Everything that would reach this machine or its network if it were called. */
const canary = async (address: string): Promise<{ server: Server; port: number; touched: () => number }> => {
  let touched = 0;
  const server = createServer((socket) => {
    touched += 1;
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { server, port: (server.address() as AddressInfo).port, touched: () => touched };
};

const LITERALS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '0x7f.1',
  '0x7f000001',
  '0x7F.0.0.1',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.0x0.0.01',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127%2e0%2e0%2e1',
  '127.0.0.1.',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '0x0',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '3232235521',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[0:0:0:0:0:ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::10.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  '[5f00::1]',
];

const NAMES: readonly (readonly [name: string, answers: readonly string[]])[] = [
  ['localhost', ['127.0.0.1']],
  ['LOCALHOST', ['::1']],
  ['localhost.', ['127.0.0.1']],
  ['127.0.0.1.nip.io', ['127.0.0.1']],
  ['metadata.google.internal', ['169.254.169.254']],
  ['both.example.com', ['93.184.215.14', '127.0.0.1']],
  ['both6.example.com', ['2606:2800:21f:cb07::1', 'fd00::1']],
  ['mapped.example.com', ['::ffff:10.0.0.1']],
  ['scoped.example.com', ['fe80::1%lo']],
  ['sixtofour.example.com', ['2002:7f00:1::']],
  ['none.example.com', []],
  ['garbage.example.com', ['not-an-address']],
];

const addresses = (answers: readonly string[]): LookupAddress[] =>
  answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('no way of writing a local address reaches it', async (t) => {
  const four = await canary('0.0.0.0');
  const six = await canary('::');
  t.teardown(() => [four, six].map(({ server }) => server.close()));
  const sender = createHttpSender(createEgress(NOTHING));
  t.teardown(() => sender.close());
  for (const literal of LITERALS) {
    for (const { port } of [four, six]) {
      const url = new URL(`http://${literal}:${port}/latest/meta-data`);
      const exchange = await sender.send({ url, method: 'GET', headers: {}, timeoutMs: 20_000 });
      t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'EGRESS_REFUSED' }, literal);
    }
  }
  t.is(four.touched() + six.touched(), 0);
});

test('no name with a single local answer is called, whatever its other answers are', async (t) => {
  const { server, port, touched } = await canary('127.0.0.1');
  t.teardown(() => server.close());
  for (const [name, answers] of NAMES) {
    const egress = createEgress(NOTHING, (_name, _options, callback) => callback(null, addresses(answers)));
    const sender = createHttpSender(egress);
    const exchange = await sender.send({
      url: new URL(`http://${name}:${port}/`),
      method: 'GET',
      headers: {},
      timeoutMs: 20_000,
    });
    sender.close();
    t.like(exchange, { kind: 'failed', phase: 'before-send', code: 'EGRESS_REFUSED' }, name);
  }
  t.is(touched(), 0);
});

test('the connection gets the very addresses that were checked, and each connection is checked anew', async (t) => {
  const answers = [addresses(['93.184.215.14']), addresses(['127.0.0.1'])];
  const egress = createEgress(NOTHING, (_name, _options, callback) => callback(null, answers.shift() ?? []));
  const route = egress.route(new URL('http://rebinding.example.com/'));
  const lookup = route.ok ? route.value.lookup : undefined;
  const look = () =>
    new Promise((resolve) => {
      lookup?.('rebinding.example.com', { all: true }, (error, found) => resolve(error?.name ?? found));
    });
  t.deepEqual(await look(), [{ address: '93.184.215.14', family: 4 }]);
  t.is(answers.length, 1);
  t.is(await look(), 'EgressRefusedError');
});

test('only http and https are called, and never with credentials in the URL', (t) => {
  const egress = createEgress(NOTHING);
  for (const url of [
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'data:text/plain,x',
    'ws://a.b/',
  ]) {
    t.false(egress.route(new URL(url)).ok, url);
  }
  for (const url of ['http://user@example.com/', 'http://user:pass@example.com/', 'http://example.com@127.0.0.1/']) {
    t.false(egress.route(new URL(url)).ok, url);
  }
  t.true(egress.route(new URL('https://example.com/')).ok);
});

test('a redirect to a local address is an answer, not a way', async (t) => {
  const { server, port, touched } = await canary('127.0.0.1');
  let target = 0;
  const redirecting = createServer((socket) => {
    target += 1;
    socket.end(`HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n\r\n`);
  });
  await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
  t.teardown(() => [server.close(), redirecting.close()]);
  const authority = `127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
  const sender = createHttpSender(createEgress({ ...NOTHING, allow: new Set([authority]) }));
  t.teardown(() => sender.close());
  const url = new URL(`http://${authority}/`);
  t.like(await sender.send({ url, method: 'POST', headers: {}, timeoutMs: 20_000 }), { kind: 'answered', status: 307 });
  t.is(target, 1);
  t.is(touched(), 0);
});

test('a refused call says what to set, and a host that is listed is called with its port alone', async (t) => {
  const { server, port, touched } = await canary('127.0.0.1');
  t.teardown(() => server.close());
  const allow = new Set([`localhost:${port}`]);
  const sender = createHttpSender(createEgress({ allow, map: new Map() }));
  t.teardown(() => sender.close());
  const call = (url: string) => sender.send({ url: new URL(url), method: 'GET', headers: {}, timeoutMs: 20_000 });
  t.like(await call(`http://localhost:${port}/`), { kind: 'answered', status: 200 });
  const refused = await call(`http://127.0.0.1:${port}/`);
  t.true(refused.kind === 'failed' && refused.message.includes(`add 127.0.0.1:${port} to PAO_EGRESS_ALLOW`));
  t.like(await call(`http://localhost:${port + 1}/`), { code: 'EGRESS_REFUSED' });
  t.is(touched(), 1);
});

test('a mapped host is called elsewhere under its own name, and only where that place is allowed', async (t) => {
  const seen: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      seen.push(bytes.toString());
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const map = new Map([['platform.sandbox.test:80', { hostname: '127.0.0.1', port }]]);
  const request = {
    url: new URL('http://platform.sandbox.test/v1/things'),
    method: 'GET',
    headers: {},
    timeoutMs: 20_000,
  };

  const closed = createHttpSender(createEgress({ allow: new Set(['platform.sandbox.test:80']), map }));
  t.like(await closed.send(request), { code: 'EGRESS_REFUSED' });
  const open = createHttpSender(createEgress({ allow: new Set([`127.0.0.1:${port}`]), map }));
  t.like(await open.send(request), { kind: 'answered', status: 200 });
  t.true(seen[0]?.includes('host: platform.sandbox.test\r\n'));
  t.is(seen.length, 1);
});

test('public addresses are called', (t) => {
  for (const address of ['8.8.8.8', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1']) {
    t.is(refusalOf(address), undefined, address);
  }
});

test('an endpoint is a host and a port, written as URLs write it', (t) => {
  t.deepEqual(parseEndpoint('Example.COM:443'), { hostname: 'example.com', port: 443 });
  t.deepEqual(parseEndpoint(' [::1]:8080 '), { hostname: '[::1]', port: 8080 });
  t.deepEqual(parseEndpoint('0x7f.1:80'), { hostname: '127.0.0.1', port: 80 });
  for (const text of ['example.com', 'http://example.com:80', 'a b:80', 'a:0', 'a:65536', 'u@a:80', ':80', '']) {
    t.is(parseEndpoint(text), undefined, text);
  }
});
