import type { Finding } from '../../core/domain/finding.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { refusal } from './layout.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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

/** A file as text, or where it is none. */
export const decodeFile = (
  path: string,
  content: Uint8Array,
): { readonly file: SourceFile } | { readonly refused: Finding } => {
  try {
    return { file: { path, text: decoder.decode(content) } };
  } catch {
    const refused = refusal(path, 'FILE_NOT_UTF8', 'The file is not valid UTF-8.', 'save it as UTF-8');
    return { refused: { ...refused, ...invalidAt(content) } };
  }
};
