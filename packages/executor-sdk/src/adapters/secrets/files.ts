import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { err, ok, type Result, TransientError } from '@pao/kernel';
import type { Failure } from '../../core/domain/verdict.ts';
import type { SecretStore } from '../../core/ports/secret-store.ts';
import { notFound, unusable } from './failures.ts';

const MOST_BYTES = 65_536;

/** `name` or `folder/name`; no part begins with a dot, so none leads elsewhere and none is a bookkeeping file of the mount. */
const NAME = /^file:((?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)$/;

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;

/** Where the file really is, if that is inside of the folder: Kubernetes mounts secrets as links within it. */
const placeOf = async (directory: string, name: string): Promise<string | undefined> => {
  const [folder, file] = [await realpath(directory), await realpath(join(directory, name))];
  return file.startsWith(folder + sep) ? file : undefined;
};

const readAll = async (handle: FileHandle, reference: string): Promise<Result<string, Failure>> => {
  if (!(await handle.stat()).isFile()) return err(unusable(reference, 'is not a file.'));
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(MOST_BYTES + 1), position: 0 });
  if (bytesRead > MOST_BYTES) return err(unusable(reference, 'is larger than 64 KiB.'));
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
    const secret = text.replace(/\r?\n$/, '');
    return secret === '' ? err(notFound(reference, 'is empty.')) : ok(secret);
  } catch {
    return err(unusable(reference, 'is not text in UTF-8.'));
  }
};

const failureOf = (thrown: unknown, reference: string): Failure => {
  const code = codeOf(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return notFound(reference, 'is not there: put a file of this name into PAO_SECRETS_DIR of the executor.');
  if (code === 'EACCES' || code === 'EPERM') return unusable(reference, 'may not be read by the executor.');
  if (code === 'ELOOP') return unusable(reference, 'is a link that leads round in a circle.');
  throw new TransientError(`a file of secrets could not be read (${code ?? 'unknown error'})`, { cause: thrown });
};

/** Secrets as Kubernetes and Docker mount them: `file:NAME` is the file of that name in one folder, without its last line break. */
export const createFileSecrets = (directory: string): SecretStore => ({
  resolve: async (reference) => {
    const name = NAME.exec(reference)?.[1];
    if (name === undefined)
      return err(unusable(reference, 'is not the name of a file: write file:NAME, without dots in front.'));
    try {
      const place = await placeOf(directory, name);
      if (place === undefined) return err(unusable(reference, 'leads out of PAO_SECRETS_DIR.'));
      // Without waiting: opening a pipe would wait for whoever writes into it.
      const handle = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        return await readAll(handle, reference);
      } finally {
        await handle.close();
      }
    } catch (thrown) {
      return err(failureOf(thrown, reference));
    }
  },
});
