import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the key stands in the data directory. */
export const APPROVER_KEY_FILE = 'approver-key';

/** For its owner alone. */
const MODE = 0o600;

/** Kept from the first start on, so that what was written down of it goes on to work. */
const ownKey = async (dataDirectory: string): Promise<string> => {
  const path = join(dataDirectory, APPROVER_KEY_FILE);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
  const key = `pao_${randomBytes(32).toString('base64url')}`;
  await mkdir(dataDirectory, { recursive: true });
  const unfinished = `${path}.new`;
  await writeFile(unfinished, `${key}\n`, { mode: MODE, flush: true });
  await rename(unfinished, path);
  return key;
};

/**
 * The keys of a demonstration, as PAO_API_KEYS: a second person beside the demo user, since nobody approves an own request. The key
 * itself stands in the data directory.
 */
export const demoApiKeys = async (dataDirectory: string): Promise<string> => {
  const sha256 = createHash('sha256')
    .update(await ownKey(dataDirectory))
    .digest('hex');
  const approver = {
    name: 'approver',
    sha256,
    email: 'approver@example.test',
    teams: ['finops'],
    roles: ['approver'],
    tenant: 'default',
  };
  return JSON.stringify([approver]);
};
