import { ConfigError } from '@pao/runtime';
import test from 'ava';
import { readConfig } from './config.ts';

const key = { kty: 'OKP', crv: 'Ed25519', x: 'eA', d: 'ZA' };
const urls = { catalog: 'http://c:1', request: 'http://r:1', executor: 'http://x:1', escalation: 'http://e:1' };
const minimal = { PAO_IDENTITY_PRIVATE_KEY: JSON.stringify(key), PAO_SERVICE_URLS: JSON.stringify(urls) };

test('without a word about it, credentials are required and nothing but this machine is served', (t) => {
  t.like(readConfig(minimal), { auth: 'required', apiKeys: [], host: '127.0.0.1', port: 8080, serviceUrls: urls });
});

test('the address of one service is stronger than the list', (t) => {
  const config = readConfig({ ...minimal, PAO_REQUEST_URL: 'http://other:2/' });
  t.deepEqual(config.serviceUrls, { ...urls, request: 'http://other:2' });
});

test('a service without an address is named', (t) => {
  const { PAO_SERVICE_URLS: _, ...rest } = minimal;
  const error = t.throws(() => readConfig({ ...rest, PAO_CATALOG_URL: 'http://c:1' }), { instanceOf: ConfigError });
  t.deepEqual(
    error.problems.map(({ variable }) => variable),
    ['PAO_REQUEST_URL', 'PAO_EXECUTOR_URL', 'PAO_ESCALATION_URL'],
  );
});

test('the demo user is for loopback addresses alone', (t) => {
  for (const PAO_HOST of ['127.0.0.1', 'localhost', '::1'])
    t.is(readConfig({ ...minimal, PAO_AUTH: 'demo', PAO_HOST }).auth, 'demo');
  for (const PAO_HOST of ['0.0.0.0', '::', '10.0.0.1', 'pao.example.test']) {
    t.throws(() => readConfig({ ...minimal, PAO_AUTH: 'demo', PAO_HOST }), { message: /PAO_AUTH/ });
    t.is(readConfig({ ...minimal, PAO_HOST }).host, PAO_HOST);
  }
});

test('a key with an unknown role, a wrong hash or a member too many is refused by its place', (t) => {
  const good = {
    name: 'ci',
    sha256: 'a'.repeat(64),
    email: 'ci@example.test',
    teams: [],
    roles: ['viewer'],
    tenant: 'default',
  };
  t.is(readConfig({ ...minimal, PAO_API_KEYS: JSON.stringify([good]) }).apiKeys.length, 1);
  for (const [bad, place] of [
    [{ ...good, roles: ['root'] }, 'PAO_API_KEYS[0].roles[0]'],
    [{ ...good, sha256: 'plain-key' }, 'PAO_API_KEYS[0].sha256'],
    [{ ...good, secret: 'x' }, 'PAO_API_KEYS[0]'],
  ] as const) {
    const error = t.throws(() => readConfig({ ...minimal, PAO_API_KEYS: JSON.stringify([bad]) }), {
      instanceOf: ConfigError,
    });
    t.is(error.problems[0]?.variable, place);
  }
});
