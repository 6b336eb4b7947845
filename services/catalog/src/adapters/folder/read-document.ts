import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Finding } from '../../core/domain/finding.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { type CatalogFile, refusal } from './entries.ts';

const MAX_FILE_BYTES = 256 * 1024;

export type ReadOutcome =
  | { readonly file: SourceFile; readonly bytes: Uint8Array }
  | { readonly refused: Finding; readonly bytes: Uint8Array };

const NOTHING = new Uint8Array();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** At most one byte more than a document may have, so that a file that grows, or says nothing of its size, costs no more. */
const readCapped = async (handle: FileHandle): Promise<Uint8Array> => {
  const { size } = await handle.stat();
  const buffer = Buffer.allocUnsafe(Math.min(size, MAX_FILE_BYTES) + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
};

/** Line and column of the first byte that is not UTF-8. */
const invalidAt = (bytes: Uint8Array): { readonly line: number; readonly column: number } => {
  let low = 0;
  let high = bytes.length;
  const streaming = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (streaming(middle)) low = middle;
    else high = middle - 1;
  }
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, low), { stream: true });
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: before.length - lastBreak };
};

const decode = (path: string, bytes: Uint8Array): ReadOutcome => {
  if (bytes.length > MAX_FILE_BYTES) {
    return { bytes, refused: refusal(path, 'FILE_TOO_LARGE', `The file is larger than ${MAX_FILE_BYTES / 1024} KiB.`) };
  }
  try {
    return { bytes, file: { path, text: decoder.decode(bytes) } };
  } catch {
    const refused = refusal(path, 'FILE_NOT_UTF8', 'The file is not valid UTF-8.', 'save it as UTF-8');
    return { bytes, refused: { ...refused, ...invalidAt(bytes) } };
  }
};

/** Reads one file as text. The last step of its path is no link, and nothing that could block is waited for. */
export const readDocument = async ({ path, location }: CatalogFile): Promise<ReadOutcome> => {
  // Both flags are absent on Windows, and count as 0 then.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, flags);
    if (!(await handle.stat()).isFile()) {
      return { bytes: NOTHING, refused: refusal(path, 'FILE_NOT_REGULAR', 'This is not a regular file.') };
    }
    return decode(path, await readCapped(handle));
  } catch (error) {
    // The error's own message would tell every reader of the findings where the folder lies.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { bytes: NOTHING, refused: refusal(path, 'FILE_UNREADABLE', `The file cannot be read${code}.`) };
  } finally {
    await handle?.close();
  }
};
