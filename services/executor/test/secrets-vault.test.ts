import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualTime } from '@pao/executor-sdk/testing';
import { TransientError } from '@pao/kernel';
import test, { type ExecutionContext } from 'ava';
import { createVaultSecrets } from '../src/adapters/secrets/vault.ts';
import type { VaultLogin } from '../src/adapters/secrets/vault-client.ts';
import { senderTo } from './support/effects.ts';
import { type FakeVault, fakeVault } from './support/fake-vault.ts';

const APPROLE: VaultLogin = { kind: 'approle', mount: 'approle', roleId: 'role-1', secretId: 'sec-1' };

const open = (t: ExecutionContext, vault: FakeVault, login: VaultLogin = APPROLE, namespace?: string) => {
  const time = virtualTime();
  const send = senderTo(t, vault);
  const secrets = createVaultSecrets({ url: vault.url, namespace, login, send, elapsed: time.elapsed });
  t.teardown(() => secrets.close());
  return { secrets, time };
};

const paths = ({ requests }: FakeVault) => requests.map(({ method, url }) => `${method} ${url}`);

test('a key is read from either version of the engine, in the namespace of the executor', async (t) => {
  const vault = await fakeVault(t);
  vault.tokens.add('hvs.static');
  vault.secrets.set('team/app', { token: 'from-vault', 'a.b': 'dotted', port: 5432 });
  const { secrets } = open(t, vault, { kind: 'token', token: 'hvs.static' }, 'platform/prod');
  t.deepEqual(await secrets.resolve('vault:kv/team/app#token'), { ok: true, value: 'from-vault' });
  t.deepEqual(await secrets.resolve('vault:old/team/app#a.b'), { ok: true, value: 'dotted' });
  t.deepEqual(await secrets.resolve('vault:kv/team/app#port'), { ok: true, value: '5432' });
  t.true(paths(vault).includes('GET /v1/kv/data/team/app'));
  t.true(paths(vault).includes('GET /v1/old/team/app'));
  t.true(vault.requests.every(({ headers }) => headers['x-vault-namespace'] === 'platform/prod'));
});

test('it logs in once, with a role or as a service account, and never says its proof', async (t) => {
  const vault = await fakeVault(t);
  vault.secrets.set('app', { k: 'v' });
  const folder = await mkdtemp(join(tmpdir(), 'pao-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'jwt-1\n');
  const logins: readonly VaultLogin[] = [APPROLE, { kind: 'kubernetes', mount: 'kubernetes', role: 'pao', tokenFile }];
  for (const login of logins) {
    const { secrets } = open(t, vault, login);
    const found = await Promise.all(['vault:kv/app#k', 'vault:kv/app#k'].map((name) => secrets.resolve(name)));
    t.true(found.every(({ ok }) => ok));
  }
  t.is(paths(vault).filter((path) => path.endsWith('/login')).length, 2);
  const wrong = open(t, vault, { ...APPROLE, secretId: 'sec-wrong' });
  const refused = await wrong.secrets.resolve('vault:kv/app#k');
  t.like(refused, { ok: false, error: { code: 'SECRET_DENIED' } });
  t.notRegex(JSON.stringify(refused), /sec-wrong/);
});

test('a token is renewed when two thirds of its time are over, and replaced when it is no good any more', async (t) => {
  const vault = await fakeVault(t);
  vault.ttl = 90;
  vault.secrets.set('app', { k: 'v' });
  const { secrets, time } = open(t, vault);
  const read = async () => t.true((await secrets.resolve('vault:kv/app#k')).ok);
  await read();
  time.advance(59_000);
  await read();
  t.false(paths(vault).some((path) => path.endsWith('/renew-self')));
  time.advance(2_000);
  await read();
  t.is(paths(vault).filter((path) => path.endsWith('/renew-self')).length, 1);
  vault.tokens.clear();
  await read();
  t.is(paths(vault).filter((path) => path.endsWith('/login')).length, 2);
});

test('a token is renewed although nobody asks for a secret', async (t) => {
  const vault = await fakeVault(t);
  vault.ttl = 1;
  vault.secrets.set('app', { k: 'v' });
  const login = { kind: 'token', token: 'hvs.static' } as const;
  vault.tokens.add('hvs.static');
  const secrets = createVaultSecrets({
    url: vault.url,
    login,
    send: senderTo(t, vault),
    elapsed: () => performance.now(),
  });
  t.teardown(() => secrets.close());
  t.true((await secrets.resolve('vault:kv/app#k')).ok);
  while (!paths(vault).some((path) => path.endsWith('/renew-self')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.pass();
});

test('what is not there, not given or not understood is a failure that names the reference', async (t) => {
  const vault = await fakeVault(t);
  vault.secrets.set('app', { k: 'v', nested: { a: 1 } });
  const { secrets } = open(t, vault);
  const cases: readonly (readonly [string, string])[] = [
    ['vault:kv/none#k', 'SECRET_NOT_FOUND'],
    ['vault:kv/app#other', 'SECRET_NOT_FOUND'],
    ['vault:kv/app#__proto__', 'SECRET_NOT_FOUND'],
    ['vault:kv/app#nested', 'SECRET_UNUSABLE'],
    ['vault:elsewhere/app#k', 'SECRET_DENIED'],
    ['vault:kv/app', 'SECRET_UNUSABLE'],
    ['vault:kv#k', 'SECRET_UNUSABLE'],
    ['vault:kv/../old/app#k', 'SECRET_UNUSABLE'],
    ['vault:kv//app#k', 'SECRET_UNUSABLE'],
  ];
  for (const [reference, code] of cases) {
    const found = await secrets.resolve(reference);
    t.like(found, { ok: false, error: { code } }, reference);
    t.true(!found.ok && found.error.message.includes(reference));
  }
});

test('a Vault that is away or sealed is for later, and no failure', async (t) => {
  const vault = await fakeVault(t);
  vault.secrets.set('app', { k: 'v' });
  const { secrets } = open(t, vault);
  for (const status of [500, 503, 429, 473]) {
    vault.answer = status;
    await t.throwsAsync(secrets.resolve('vault:kv/app#k'), { instanceOf: TransientError });
  }
  vault.answer = undefined;
  t.true((await secrets.resolve('vault:kv/app#k')).ok);
});
