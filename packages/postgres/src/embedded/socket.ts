import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

// The shortest limit of a socket's path among our systems is 104 bytes (macOS), its closing zero included.
const LONGEST_PATH_BYTES = 103;

/**
 * Where the server's socket goes: the data directory, which only the server's account may enter. Removes the sockets of a
 * killed predecessor, whose lock files would otherwise name a process id that another program may have by now.
 * @returns undefined when the path is too long for a socket, or the platform has none
 */
export const prepareSocketDirectory = async (dataDirectory: string): Promise<string | undefined> => {
  if (process.platform === 'win32') return undefined;
  if (Buffer.byteLength(join(dataDirectory, '.s.PGSQL.65535.lock')) > LONGEST_PATH_BYTES) return undefined;
  for (const name of await readdir(dataDirectory)) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(dataDirectory, name), { force: true });
  }
  return dataDirectory;
};
