import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { APPROVER_KEY_FILE, demoApiKeys } from './approver-key.ts';

test('a demonstration has an approver, whose key its owner alone may read and every later start finds', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-approver-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const dataDirectory = join(folder, 'not/there/yet');
  const keys = await demoApiKeys(dataDirectory);
  const path = join(dataDirectory, APPROVER_KEY_FILE);
  const key = (await readFile(path, 'utf8')).trim();
  t.like(JSON.parse(keys)[0], {
    email: 'approver@example.test',
    teams: ['finops'],
    roles: ['approver'],
    sha256: createHash('sha256').update(key).digest('hex'),
  });
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is(await demoApiKeys(dataDirectory), keys);
});
