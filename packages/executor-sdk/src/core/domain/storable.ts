import type { Json, JsonObject } from '@pao/kernel';

/** NUL and half surrogate pairs are legal in JSON and in no database. */
const UNSTORABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** The text with those characters replaced. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

const clean = (value: Json): Json => {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storableText(name), clean(member)]));
};

/**
 * The value with those characters replaced, which a target may put into any answer: stored as they are, they would break
 * whoever reads the message.
 */
export const storable = (value: JsonObject): JsonObject =>
  UNSTORABLE.test(JSON.stringify(value)) ? (clean(value) as JsonObject) : value;
