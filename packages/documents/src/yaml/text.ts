import { MAX_BYTES } from '../limits.ts';
import { problem, type YamlProblem } from './problem.ts';

const FORBIDDEN_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** What can be said of the text before anything parses it. */
export const checkText = (text: string): YamlProblem | undefined => {
  if (isLongerThan(text, MAX_BYTES)) {
    return problem('FILE_TOO_LARGE', 0, `The file is larger than ${MAX_BYTES / 1024} KiB.`);
  }
  if (text.startsWith('\ufeff')) {
    return problem('FILE_BYTE_ORDER_MARK', 0, 'The file starts with a byte-order mark.', {
      hint: 'save it as UTF-8 without BOM',
    });
  }
  const at = FORBIDDEN_CHARACTER.exec(text) ?? (text.isWellFormed() ? null : LONE_SURROGATE.exec(text));
  if (at === null) return undefined;
  const code = (text.charCodeAt(at.index) || 0).toString(16).toUpperCase().padStart(4, '0');
  return problem('FILE_CONTROL_CHARACTER', at.index, `The character U+${code} has no place in a text file.`);
};

const isLongerThan = (text: string, bytes: number): boolean => {
  if (text.length > bytes) return true;
  // A UTF-16 unit takes at most three bytes.
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
};
