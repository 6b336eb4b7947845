import { Refusal } from '../refusal.ts';
import type { Place } from '../syntax.ts';

/** A word is a path, a name or a keyword; a mark is one of `| , ( )`; the end closes every list of tokens. */
export type Token = Place &
  (
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'word' | 'mark' | 'end'; readonly value: string }
  );

const WORD = /\.?[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*|\./y;
const NUMBER = /-?\d+(?:\.\d+)?(?![A-Za-z0-9_.-])/y;
const MARKS = '|,()';
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

const matchAt = (pattern: RegExp, text: string, at: number, end: number): string => {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? '';
  return at + found.length > end ? '' : found;
};

/** Cuts the inside of a tag, `text` from `start` to `end`, into tokens whose places count from the start of `text`. */
export const tokenize = (text: string, start: number, end: number): readonly Token[] => {
  const tokens: Token[] = [];
  for (let at = start; at < end; ) {
    if (text.charCodeAt(at) <= 32) at += 1;
    else {
      const token = tokenAt(text, at, end);
      tokens.push(token);
      at += token.length;
    }
  }
  tokens.push({ kind: 'end', value: '', offset: end, length: 0 });
  return tokens;
};

const tokenAt = (text: string, offset: number, end: number): Token => {
  const character = text[offset] ?? '';
  if (character === '"' || character === "'") return quoted(text, offset, end);
  if (MARKS.includes(character)) return { kind: 'mark', value: character, offset, length: 1 };
  const number = matchAt(NUMBER, text, offset, end);
  if (number !== '') return { kind: 'number', value: Number(number), offset, length: number.length };
  const word = matchAt(WORD, text, offset, end);
  if (word !== '') return { kind: 'word', value: word, offset, length: word.length };
  throw new Refusal('bad-expression', `${character} is not part of the language`, { offset, length: 1 });
};

const quoted = (text: string, offset: number, end: number): Token => {
  const quote = text[offset];
  let value = '';
  for (let at = offset + 1; at < end; at += 1) {
    const character = text[at] ?? '';
    if (character === quote) return { kind: 'text', value, offset, length: at + 1 - offset };
    if (character === '\\') {
      at += 1;
      const escaped = text[at] ?? '';
      value += ESCAPES[escaped] ?? escaped;
    } else value += character;
  }
  throw new Refusal('bad-expression', 'this text is not closed', { offset, length: 1 });
};
