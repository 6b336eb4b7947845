import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { CatalogFile, Finding } from '@pao/documents';
import { err, ok, type Result } from '@pao/kernel';
import { refusal, systemCode } from './refusal.ts';

const MAX_FILE_BYTES = 256 * 1024;

// A byte-order mark stays in the text: the validator names it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a document as text. `location` is where it lies on this machine, links resolved; `path` is what findings call it.
 * Nothing that could block (a pipe) is waited for, and no more is read than a document may hold.
 */
export const readCatalogFile = async (
  path: string,
  location: string,
  maxBytes = MAX_FILE_BYTES,
): Promise<Result<CatalogFile, Finding>> => {
  // Both flags are absent on Windows, and count as 0 then.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, flags);
    return await readOpen(path, handle, maxBytes);
  } catch (error) {
    return err(refusal(path, 'FILE_UNREADABLE', `The file cannot be read (${systemCode(error) ?? 'unknown reason'}).`));
  } finally {
    await handle?.close();
  }
};

const readOpen = async (path: string, handle: FileHandle, maxBytes: number): Promise<Result<CatalogFile, Finding>> => {
  const stats = await handle.stat();
  if (!stats.isFile()) return err(refusal(path, 'FILE_NOT_REGULAR', 'This is not a regular file.'));
  if (stats.size > maxBytes) {
    return err(refusal(path, 'FILE_TOO_LARGE', `The file is larger than ${maxBytes / 1024} KiB.`));
  }
  const bytes = await readBytes(handle, stats.size);
  try {
    return ok({ path, text: decoder.decode(bytes) });
  } catch {
    return err({ ...refusal(path, 'FILE_NOT_UTF8', 'The file is not valid UTF-8.', 'save it as UTF-8'), ...at(bytes) });
  }
};

const readBytes = async (handle: FileHandle, size: number): Promise<Uint8Array> => {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
};

/** Line and column of the first byte that is not UTF-8: the longest beginning that decodes ends before it. */
const at = (bytes: Uint8Array): { readonly line: number; readonly column: number } => {
  let [low, high, before] = [0, bytes.length, ''];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    try {
      before = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), {
        stream: true,
      });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
};
