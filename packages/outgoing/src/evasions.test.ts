import type { LookupAddress } from 'node:dns';
import { type AddressInfo, createServer, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { EVASIONS, LOCAL } from '../test/evasions.ts';
import { createEgress } from './egress.ts';
import { createHttpSender } from './send-http.ts';

const listen = async (t: ExecutionContext, address: string): Promise<{ port: number; touched: () => number }> => {
  let touched = 0;
  const server: Server = createServer((socket) => {
    touched += 1;
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, touched: () => touched };
};

const addressesOf = (answers: readonly string[]): LookupAddress[] =>
  answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const senderFor = (t: ExecutionContext, answers: readonly (readonly string[])[], allow: readonly string[] = []) => {
  const left = [...answers];
  let asked = 0;
  const egress = createEgress({ allow: new Set(allow), map: new Map() }, (_name, _options, callback) => {
    asked += 1;
    // The last answer stands for all that follow: the name has no time to live.
    callback(null, addressesOf((left.length > 1 ? left.shift() : left[0]) ?? []));
  });
  const sender = createHttpSender(egress);
  t.teardown(() => sender.close());
  return { sender, asked: () => asked };
};

/** The address with the port behind its host; undefined where no such URL can be. */
const urlWith = (host: string, port: number): URL | undefined => {
  const [, before = '', rest = ''] = /^((?:[^\\#?/]|\\@)*)(.*)$/s.exec(host) ?? [];
  const text = `http://${before}:${port}${rest}/latest/meta-data`;
  return URL.canParse(text) ? new URL(text) : undefined;
};

const call = (url: URL, method = 'GET') => ({ url, method, headers: {}, timeoutMs: 20_000 });

test('no way of writing an address connects to what must not be called', async (t) => {
  const canaries = [await listen(t, '127.0.0.1'), await listen(t, '::1'), await listen(t, '0.0.0.0')];
  let tried = 0;
  for (const { how, urls, answers = LOCAL } of EVASIONS) {
    for (const host of urls) {
      tried += 1;
      for (const { port } of canaries) {
        const url = urlWith(host, port);
        // What no URL can be is no way in.
        if (url === undefined) continue;
        const { sender } = senderFor(t, answers);
        const exchange = await sender.send(call(url));
        t.like(
          exchange,
          { kind: 'failed', phase: 'before-send', code: 'EGRESS_REFUSED' },
          `${how}: ${JSON.stringify(host)}`,
        );
      }
    }
  }
  t.true(tried >= 120, `${tried} evasions`);
  t.is(
    canaries.reduce((sum, { touched }) => sum + touched(), 0),
    0,
  );
});

test('a name that is public when it is checked and local when it is called is called where it was checked', async (t) => {
  const canary = await listen(t, '127.0.0.1');
  // Of a range that nobody has: the guard lets it through, and nothing is there.
  const { sender, asked } = senderFor(t, [['2e00::1'], ['127.0.0.1']]);
  const url = new URL(`http://rebinding.example.com:${canary.port}/`);
  const first = await sender.send({ ...call(url), timeoutMs: 200 });
  t.is(first.kind, 'failed');
  t.is(asked(), 1);
  t.like(await sender.send(call(url)), { code: 'EGRESS_REFUSED' });
  t.is(canary.touched(), 0);
});

test('no redirect is followed, whatever its status and wherever it leads', async (t) => {
  const canary = await listen(t, '127.0.0.1');
  const places = [
    `http://127.0.0.1:${canary.port}/`,
    `//127.1:${canary.port}/`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ];
  for (const status of [300, 301, 302, 303, 305, 307, 308]) {
    for (const place of places) {
      let hits = 0;
      const server = createServer((socket) => {
        hits += 1;
        socket.end(
          `HTTP/1.1 ${status} Go\r\nlocation: ${place}\r\nrefresh: 0; url=${place}\r\ncontent-length: 0\r\n\r\n`,
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { sender } = senderFor(t, LOCAL, [authority]);
      t.like(await sender.send(call(new URL(`http://${authority}/`), 'POST')), { kind: 'answered', status });
      t.is(hits, 1);
      server.close();
    }
  }
  t.is(canary.touched(), 0);
});

test.serial('variables that name a proxy have no say', async (t) => {
  const proxy = await listen(t, '127.0.0.1');
  const names = [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'NODE_USE_ENV_PROXY',
  ];
  const before = names.map((name) => [name, process.env[name]] as const);
  t.teardown(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`;
  const { sender } = senderFor(t, LOCAL);
  for (const text of ['http://metadata.google.internal/', 'https://169.254.169.254/', 'http://localhost/'])
    t.like(await sender.send(call(new URL(text))), { code: 'EGRESS_REFUSED' });
  const { sender: open } = senderFor(t, LOCAL, [`127.0.0.1:${proxy.port}`]);
  t.is(proxy.touched(), 0);
  t.is((await open.send(call(new URL(`http://127.0.0.1:${proxy.port}/`)))).kind, 'answered');
  t.is(proxy.touched(), 1);
});
