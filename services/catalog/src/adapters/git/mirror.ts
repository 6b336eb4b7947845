import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceRefused } from '../repository/layout.ts';
import type { Git } from './run-git.ts';

/** The folder of one repository's mirror in the cache. */
export const mirrorDirectory = (cacheDirectory: string, url: string): string =>
  join(cacheDirectory, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.git`);

/** git obeys the configuration of the repository it works in: nobody else may have put one there. */
const mustBeOurs = async (directory: string): Promise<void> => {
  const stats = await lstat(directory);
  const user = process.getuid?.();
  const foreign = user !== undefined && (stats.uid !== user || (stats.mode & 0o022) !== 0);
  if (!stats.isDirectory() || foreign) {
    throw new SourceRefused(`${directory} may be written to by others; name another cache directory`);
  }
};

/** Makes the empty repository, where there is none yet. */
export const openMirror = async (git: Git, cacheDirectory: string, directory: string): Promise<void> => {
  await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
  await mustBeOurs(cacheDirectory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mustBeOurs(directory);
  await git.text(['init', '--bare', '--quiet'], 10_000);
};

export const removeMirror = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });
