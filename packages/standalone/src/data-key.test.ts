import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ownDataKeys } from './data-key.ts';

test('the first start makes a key that its owner alone may read, and every later start finds it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-key-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const dataDirectory = join(folder, 'not/there/yet');
  const key = await ownDataKeys(dataDirectory);
  t.regex(key, /^\w+:[A-Za-z0-9+/]{43}=$/);
  t.is((await stat(join(dataDirectory, 'data-keys'))).mode & 0o777, 0o600);
  t.is(await ownDataKeys(dataDirectory), key);
  t.deepEqual(await readdir(dataDirectory), ['data-keys']);
});
