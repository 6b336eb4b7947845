import type { Json } from '@pao/kernel';
import type { Encode } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import { isEmpty, scalarText, textOf, unwrap } from '../values.ts';

const MAX_DEPTH = 32;
const MAX_KEY = 1000;

// Short of what YAML allows, so that no reader, of YAML 1.1 or 1.2, takes the text for anything but a string.
const SAFE_IN_BLOCK = /^[A-Za-z_/][A-Za-z0-9_./@-]*(?:[ :][A-Za-z0-9_./@-]+)*$/;
const SAFE_IN_FLOW = /^[A-Za-z_/][A-Za-z0-9_./@-]*$/;
const NOT_TEXT = /^(?:y|n|yes|no|on|off|true|false|null|e-?\d+)$/i;

const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The inside of a double-quoted scalar. Blanks at the ends are escaped, since a line break of the template beside them would eat them. */
const quotedBody = (text: string): string =>
  JSON.stringify(text.toWellFormed()).slice(1, -1).replace(ESCAPED, unicode).replace(/^ | $/g, '\\x20');

const quoted = (text: string): string => `"${quotedBody(text)}"`;

const scalar = (text: string, inFlow: boolean): string =>
  (inFlow ? SAFE_IN_FLOW : SAFE_IN_BLOCK).test(text) && !NOT_TEXT.test(text) ? text : quoted(text);

// YAML 1.1 takes an exponent for part of a number only after a decimal point.
const number = (value: number): string => (scalarText(value) ?? '').replace(/^(-?\d+)e/, '$1.0e');

const flowStyle = (value: Json, depth: number): string => {
  if (depth > MAX_DEPTH) throw new Refusal('unrepresentable', `more than ${MAX_DEPTH} lists and objects deep`);
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((entry: Json) => flowStyle(entry, depth + 1)).join(', ')}]`;
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object') return scalarText(value) ?? '';
  const entries = Object.entries(value).map(
    ([key, entry]) => `${shortKey(quoted(key))}: ${flowStyle(entry, depth + 1)}`,
  );
  return `{${entries.join(', ')}}`;
};

const shortKey = (text: string): string => {
  if (text.length <= MAX_KEY) return text;
  throw new Refusal('unrepresentable', `a key of a YAML text has at most ${MAX_KEY} characters`);
};

/** A value that is a whole scalar of the template: it keeps its type. */
export const encodeBare =
  (inFlow: boolean): Encode =>
  (value) => {
    const plain = unwrap(value);
    if (isEmpty(plain)) return '""';
    return typeof plain === 'string' ? scalar(plain, inFlow) : flowStyle(plain, 0);
  };

/** A value that is a whole key. */
export const encodeKey =
  (inFlow: boolean): Encode =>
  (value) => {
    const plain = unwrap(value);
    if (typeof plain === 'object' && plain !== null) {
      throw new Refusal('unrepresentable', 'a list or an object can’t be a key');
    }
    return shortKey(encodeBare(inFlow)(plain));
  };

/** A plain scalar made of text and values together: always a string. */
export const encodeMixed =
  (inFlow: boolean, isKey: boolean) =>
  (text: string): string =>
    isKey ? shortKey(scalar(text, inFlow)) : scalar(text, inFlow);

export const encodeText: Encode = (value) => textOf(value);

export const encodeQuoted: Encode = (value) => quotedBody(textOf(value));

const NOT_IN_A_BLOCK = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** Text within a block scalar whose lines are indented by so many spaces. */
export const encodeInBlock = (indent: number): Encode => {
  const lineBreak = `\n${' '.repeat(indent)}`;
  return (value) => {
    const text = textOf(value).replace(/\r\n?/g, '\n').toWellFormed();
    if (!NOT_IN_A_BLOCK.test(text)) return text.replaceAll('\n', lineBreak);
    throw new Refusal('unrepresentable', 'a block scalar can’t hold control characters', {
      hint: 'write it in double quotes',
    });
  };
};

const NOT_IN_A_COMMENT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g;

/** Text of a comment, which ends with its line. */
export const encodeInComment: Encode = (value) => textOf(value).toWellFormed().replace(NOT_IN_A_COMMENT, ' ');
