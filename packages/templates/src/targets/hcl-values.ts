import type { Json } from '@pao/kernel';
import type { Encode } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import { isEmpty, scalarText, textOf, unwrap } from '../values.ts';

const MAX_DEPTH = 32;

const ESCAPED = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g;
const SHORT: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * The inside of a quoted HCL string. A brace that could open an interpolation with what stands before it, and a sign that could
 * with what follows, are written as code points: those are read only after interpolations have been looked for.
 */
export const quotedBody = (text: string): string =>
  text
    .toWellFormed()
    .replace(ESCAPED, (character) => SHORT[character] ?? unicode(character))
    .replace(/(?<=^|[$%])\{|[$%]$/g, unicode);

const quoted = (text: string): string => `"${quotedBody(text)}"`;

const literal = (value: Json, depth: number): string => {
  if (depth > MAX_DEPTH) throw new Refusal('unrepresentable', `more than ${MAX_DEPTH} lists and objects deep`);
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((entry: Json) => literal(entry, depth + 1)).join(', ')}]`;
  if (typeof value !== 'object') return scalarText(value) ?? '';
  const entries = Object.entries(value).map(([key, entry]) => `${quoted(key)} = ${literal(entry, depth + 1)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
};

/** A whole HCL value, where an expression stands. */
export const encodeExpression: Encode = (value) => {
  const plain = unwrap(value);
  return isEmpty(plain) ? '""' : literal(plain, 0);
};

/** Text within a quoted string. */
export const encodeQuoted: Encode = (value) => quotedBody(textOf(value));

/** A heredoc knows no escapes, but interpolates a quoted string. */
export const encodeInHeredoc: Encode = (value) => `\${${quoted(textOf(value))}}`;

const NOT_IN_A_COMMENT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text of a comment, which ends with its line. */
export const encodeInComment: Encode = (value) => textOf(value).toWellFormed().replace(NOT_IN_A_COMMENT, ' ');
