import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Finding } from '../../core/domain/finding.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { type CatalogFile, refusal } from './entries.ts';

const MAX_FILE_BYTES = 256 * 1024;

/** `content` is what the commit is made over: of a file that is refused unread, the reason. */
export type ReadOutcome =
  | { readonly file: SourceFile; readonly content: Uint8Array }
  | { readonly refused: Finding; readonly content: Uint8Array | string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const refuse = (path: string, code: string, message: string): ReadOutcome => ({
  refused: refusal(path, code, message),
  content: code,
});

/** What the file held when its size was asked; what is appended meanwhile belongs to the next reading. */
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

const decode = (path: string, content: Uint8Array): ReadOutcome => {
  try {
    return { content, file: { path, text: decoder.decode(content) } };
  } catch {
    const refused = refusal(path, 'FILE_NOT_UTF8', 'The file is not valid UTF-8.', 'save it as UTF-8');
    return { content, refused: { ...refused, ...invalidAt(content) } };
  }
};

const readOpen = async (path: string, handle: FileHandle): Promise<ReadOutcome> => {
  const stats = await handle.stat();
  if (!stats.isFile()) return refuse(path, 'FILE_NOT_REGULAR', 'This is not a regular file.');
  if (stats.size > MAX_FILE_BYTES) {
    return refuse(path, 'FILE_TOO_LARGE', `The file is larger than ${MAX_FILE_BYTES / 1024} KiB.`);
  }
  return decode(path, await readBytes(handle, stats.size));
};

/** Reads one file as text. The last step of its path is no link, and nothing that could block is waited for. */
export const readDocument = async ({ path, location }: CatalogFile): Promise<ReadOutcome> => {
  // Both flags are absent on Windows, and count as 0 then.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, flags);
    return await readOpen(path, handle);
  } catch (error) {
    // The error's own message would tell every reader of the findings where the folder lies.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return refuse(path, 'FILE_UNREADABLE', `The file cannot be read${code}.`);
  } finally {
    await handle?.close();
  }
};
