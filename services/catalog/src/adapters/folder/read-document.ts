import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Finding } from '../../core/domain/finding.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { decodeFile } from '../repository/decode-file.ts';
import { MAX_FILE_BYTES, refusal, tooLarge } from '../repository/layout.ts';
import type { CatalogFile } from './entries.ts';

/** `content` is what the commit is made over: of a file that is refused unread, the reason. */
export type ReadOutcome =
  | { readonly file: SourceFile; readonly content: Uint8Array }
  | { readonly refused: Finding; readonly content: Uint8Array | string };

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

const readOpen = async (path: string, handle: FileHandle, maxBytes: number): Promise<ReadOutcome> => {
  const stats = await handle.stat();
  if (!stats.isFile()) return refuse(path, 'FILE_NOT_REGULAR', 'This is not a regular file.');
  if (stats.size > maxBytes) return { refused: tooLarge(path), content: 'FILE_TOO_LARGE' };
  const content = await readBytes(handle, stats.size);
  return { content, ...decodeFile(path, content) };
};

/** Reads one file as text. The last step of its path is no link, and nothing that could block is waited for. */
export const readFileOf = async ({ path, location }: CatalogFile, maxBytes: number): Promise<ReadOutcome> => {
  // Both flags are absent on Windows, and count as 0 then.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, flags);
    return await readOpen(path, handle, maxBytes);
  } catch (error) {
    // The error's own message would tell every reader of the findings where the folder lies.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return refuse(path, 'FILE_UNREADABLE', `The file cannot be read${code}.`);
  } finally {
    await handle?.close();
  }
};

export const readDocument = (file: CatalogFile): Promise<ReadOutcome> => readFileOf(file, MAX_FILE_BYTES);
