import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newDataKey } from '@pao/runtime';

/** For its owner alone. */
const MODE = 0o600;

/**
 * The data keys of an installation that was given none: made at the first start and kept in the data directory, so that passwords work
 * from then on and open at every later start. What stands in the file is the value of PAO_DATA_KEYS.
 */
export const ownDataKeys = async (dataDirectory: string): Promise<string> => {
  const path = join(dataDirectory, 'data-keys');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
  const key = newDataKey();
  await mkdir(dataDirectory, { recursive: true });
  // A start that is broken off leaves either no key or a whole one.
  const unfinished = `${path}.new`;
  await writeFile(unfinished, `${key}\n`, { mode: MODE, flush: true });
  await rename(unfinished, path);
  return key;
};
