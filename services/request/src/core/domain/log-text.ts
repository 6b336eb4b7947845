import type { Json } from '@pao/kernel';

/** Control characters, and those that change the direction or the joining of what stands around them. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const ALL_UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string =>
  NAMED[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** One line of plain text: what could move a cursor, change colours or end a text in a database is written out. */
export const plainText = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return UNSAFE.test(whole) ? whole.replaceAll(ALL_UNSAFE, escaped) : whole;
};

/** Cut at so many bytes of UTF-8, with an ellipsis, never within a character. */
export const cutText = (text: string, bytes: number): string => {
  // No character takes more than three bytes for each of its units.
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text.slice(0, bytes)).subarray(0, bytes - 3);
  return `${new TextDecoder().decode(kept, { stream: true })}…`;
};

/** Nobody reads deeper, and each level costs a call. */
const MAX_DEPTH = 12;

/** The same value with all its texts, names of members too, as plain text; undefined when it is deeper than anybody reads. */
export const plainJson = (value: Json, depth = 0): Json | undefined => {
  if (typeof value === 'string') return plainText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return undefined;
  const entries: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    const plain = plainJson(member, depth + 1);
    if (plain === undefined) return undefined;
    entries.push([plainText(name), plain]);
  }
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
};
