import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionRunner, SecretStore, Verdict } from '@pao/executor-sdk';
import { createEnvironmentSecrets, createFileSecrets, createSecretStores, DEFAULT_RESEND } from '@pao/executor-sdk';
import { virtualTime } from '@pao/executor-sdk/testing';
import { ok } from '@pao/kernel';
import test from 'ava';
import { createCachedSecrets } from '../src/adapters/secrets/cached.ts';
import { NAME, prepared } from './support/effects.ts';

const folderOfSecrets = async () => {
  const root = await mkdtemp(join(tmpdir(), 'pao-'));
  const folder = join(root, 'secrets');
  await mkdir(join(folder, '..data'), { recursive: true });
  await mkdir(join(folder, 'team'));
  await writeFile(join(root, 'outside'), 'root-of-all');
  await writeFile(join(folder, '..data', 'token'), 'from-file\n');
  // As Kubernetes mounts them.
  await symlink(join('..data', 'token'), join(folder, 'token'));
  await writeFile(join(folder, 'team', 'key'), 'line one\nline two\r\n');
  await writeFile(join(folder, 'large'), 'x'.repeat(65_537));
  await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0xfd]));
  await writeFile(join(folder, 'empty'), '\n');
  await symlink(join(root, 'outside'), join(folder, 'link'));
  await symlink('round', join(folder, 'round'));
  return folder;
};

test('a file is read without its last line break, through links that stay inside of the folder', async (t) => {
  const secrets = createFileSecrets(await folderOfSecrets());
  t.deepEqual(await secrets.resolve('file:token'), ok('from-file'));
  t.deepEqual(await secrets.resolve('file:team/key'), ok('line one\nline two'));
});

test('no reference leads out of the folder, and what is no secret is said', async (t) => {
  const secrets = createFileSecrets(await folderOfSecrets());
  const cases: readonly (readonly [string, string])[] = [
    ['file:../outside', 'SECRET_UNUSABLE'],
    ['file:team/../../outside', 'SECRET_UNUSABLE'],
    ['file:/etc/passwd', 'SECRET_UNUSABLE'],
    ['file:..data/token', 'SECRET_UNUSABLE'],
    ['file:tok\0en', 'SECRET_UNUSABLE'],
    ['file:', 'SECRET_UNUSABLE'],
    ['file:link', 'SECRET_UNUSABLE'],
    ['file:round', 'SECRET_UNUSABLE'],
    ['file:team', 'SECRET_UNUSABLE'],
    ['file:large', 'SECRET_UNUSABLE'],
    ['file:binary', 'SECRET_UNUSABLE'],
    ['file:empty', 'SECRET_NOT_FOUND'],
    ['file:none', 'SECRET_NOT_FOUND'],
    ['file:token/none', 'SECRET_NOT_FOUND'],
  ];
  for (const [reference, code] of cases) {
    const found = await secrets.resolve(reference);
    t.like(found, { ok: false, error: { code } }, reference);
    t.notRegex(JSON.stringify(found), /root-of-all|xxx/);
  }
});

const environment = createEnvironmentSecrets(
  new Map(['A', 'TEAM_B', 'TEAM_B_KEY'].map((name) => [name, `of-${name}`])),
);

test('documents may name what is allowed, and a store that is not served is named with those that are', async (t) => {
  const stores = new Map<string, SecretStore>([['env', environment]]);
  const some = createSecretStores({ stores, allow: ['env:TEAM_*_KEY', 'env:A'] });
  t.true((await some.resolve('env:A')).ok);
  t.true((await some.resolve('env:TEAM_B_KEY')).ok);
  t.like(await some.resolve('env:TEAM_B'), { error: { code: 'SECRET_DENIED' } });
  t.like(await some.resolve('env:AA'), { error: { code: 'SECRET_DENIED' } });
  const all = createSecretStores({ stores, allow: [] });
  t.true((await all.resolve('env:TEAM_B')).ok);
  for (const reference of ['file:x', 'vault:a/b#c', 'plain', 'constructor:x']) {
    const found = await all.resolve(reference);
    t.like(found, { error: { code: 'SECRET_STORE_UNKNOWN' } });
    t.regex(found.ok ? '' : found.error.message, /it reads env:NAME\./);
  }
});

const counted = () => {
  let version = 0;
  const store: SecretStore = { resolve: async (reference) => ok(`${reference}-v${++version}`) };
  return { store, asked: () => version };
};

test('a secret is asked for once while it is kept, by however many, and anew after that', async (t) => {
  const { store, asked } = counted();
  const time = virtualTime();
  const secrets = createCachedSecrets({ store, keepMs: 30_000, elapsed: time.elapsed });
  const found = await Promise.all(Array.from({ length: 20 }, () => secrets.resolve('env:A')));
  t.true(found.every((one) => one.ok && one.value === 'env:A-v1'));
  time.advance(29_999);
  await secrets.resolve('env:A');
  t.is(asked(), 1);
  time.advance(1);
  t.deepEqual(await secrets.resolve('env:A'), ok('env:A-v2'));
});

test('what was not there, or could not be asked for, is asked for again at once', async (t) => {
  const answers = [
    () => Promise.reject(new Error('away')),
    async () => ({ ok: false as const, error: { code: 'SECRET_NOT_FOUND', message: 'none' } }),
    async () => ok('here'),
  ];
  const store: SecretStore = { resolve: () => answers.shift()?.() ?? Promise.reject(new Error('asked too often')) };
  const secrets = createCachedSecrets({ store, keepMs: 30_000, elapsed: () => 0 });
  await t.throwsAsync(secrets.resolve('env:A'), { message: 'away' });
  t.false((await secrets.resolve('env:A')).ok);
  t.deepEqual(await secrets.resolve('env:A'), ok('here'));
  t.deepEqual(await secrets.resolve('env:A'), ok('here'));
});

test('a target that refuses a secret makes the next attempt ask for it anew', async (t) => {
  const { store } = counted();
  const secrets = createCachedSecrets({ store, keepMs: 3_600_000, elapsed: () => 0 });
  const statuses = [200, 401, 500, 403, 200];
  const seen: string[] = [];
  const runner: ActionRunner = {
    type: 'rest-api',
    step: 'call',
    takesSecretIn: () => true,
    prepare: async () => {
      const secret = await secrets.resolve('env:A');
      if (!secret.ok) return secret;
      return ok({
        target: 'GET http://target.test',
        resend: DEFAULT_RESEND,
        run: async (): Promise<Verdict> => {
          seen.push(secret.value);
          const status = statuses.shift() ?? 0;
          const failure = { code: `HTTP_${status}`, message: 'no', evidence: { status } };
          return status === 200
            ? { kind: 'ok', result: {}, offered: {}, evidence: {} }
            : { kind: 'definite-failure', failure };
        },
        probe: async () => ({ kind: 'impossible' }),
      });
    },
  };
  const watched = secrets.watching(runner);
  for (let attempt = 0; attempt < 5; attempt += 1)
    await (await prepared(watched, {})).run({ name: NAME, remainingMs: 1_000 });
  t.deepEqual(
    seen.map((secret) => secret.slice(-2)),
    ['v1', 'v1', 'v2', 'v2', 'v3'],
  );
});
