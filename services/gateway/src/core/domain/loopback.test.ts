import test from 'ava';
import { foreignness, isLoopbackHost, isLoopbackOrigin } from './loopback.ts';

test('hosts of this machine are loopback', (t) => {
  for (const host of [
    'localhost',
    'LOCALHOST:8080',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1.2.3:1',
    '[::1]',
    '[::1]:8080',
  ]) {
    t.true(isLoopbackHost(host), host);
  }
});

test('every other host is not, also where its name looks like one or resolves here', (t) => {
  const others = [
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.0.0.1.nip.io',
    'localhost.',
    'xlocalhost',
  ];
  others.push(
    '0.0.0.0',
    '[::]',
    '::1',
    '10.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '127.0.0.1:',
    '127.0.0.1:x',
    'a@localhost',
  );
  others.push('', ' localhost', 'localhost\n', 'localhost/', '[::ffff:127.0.0.1]');
  for (const host of others) t.false(isLoopbackHost(host), JSON.stringify(host));
});

test('an origin is loopback only with http or https before a loopback host', (t) => {
  for (const origin of ['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:3000'])
    t.true(isLoopbackOrigin(origin), origin);
  for (const origin of [
    'null',
    '',
    'localhost',
    'file://localhost',
    'http://evil.test',
    'http://localhost@evil.test',
    'http://localhost.evil.test',
    'chrome-extension://localhost',
    'http://localhost/x',
  ]) {
    t.false(isLoopbackOrigin(origin), origin);
  }
});

test('a call is foreign by its host, its origin or what the browser says of its site', (t) => {
  const own = { host: '127.0.0.1:8080', origin: undefined, site: undefined };
  t.is(foreignness(own), undefined);
  t.is(foreignness({ ...own, origin: 'http://localhost:5173', site: 'same-site' }), undefined);
  t.regex(foreignness({ ...own, host: undefined }) ?? '', /Host/);
  t.regex(foreignness({ ...own, host: 'evil.test' }) ?? '', /Host/);
  t.regex(foreignness({ ...own, origin: 'null' }) ?? '', /Origin/);
  t.regex(foreignness({ ...own, site: 'cross-site' }) ?? '', /another site/);
});
