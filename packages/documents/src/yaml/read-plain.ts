import { isJsonObject, type Json } from '@pao/kernel';
import { CORE_SCHEMA, load } from 'js-yaml';
import { MAX_DEPTH } from '../limits.ts';
import { FORBIDDEN_KEYS, MERGE_KEY } from './keys.ts';
import { checkText } from './text.ts';

/** Longer texts, and those with more values, are left to the reader that counts while it reads. */
const MAX_PLAIN_LENGTH = 65_536;
const MAX_PLAIN_VALUES = 4_000;

/**
 * What the two parsers read differently, or what needs the limits of the slow one: anchors, aliases, tags, directives and further
 * documents, explicit keys, tabs, numbers with a leading zero or a large exponent, rare line breaks.
 */
const NOT_PLAIN =
  /(?:^|[\s[{,]|["']:)(?:[&*]\S|!(?![=\s])|\?\s)|(?:^|[\s[{,]|["']:)[-+]?0\d[\d.]*(?:[eE][-+]?\d+)?(?=[\s,\]}]|$)|^ *(?:%|---|\.\.\.)|\t|\d[eE][-+]?\d{3}|[\u0085\u2028\u2029\ufeff]/m;

/** Keys that are no strings: the core schema reads them as numbers, truth values or nothing. */
const NOT_A_STRING = /^(?:[-+]?[.\d].*|[-+]?\.inf|~|null|true|false|)$/i;

/**
 * The value of a text in the plain part of YAML, in a tenth of the time that reading with positions takes; undefined when the text
 * is not plain, or wrong: only {@link readYaml} can say in what way. Where it answers, `readYaml` answers the same.
 */
export const readPlain = (text: string): Json | undefined => {
  if (text.length > MAX_PLAIN_LENGTH || NOT_PLAIN.test(text) || checkText(text) !== undefined) return undefined;
  const value = attempt(text);
  const count = { values: 0 };
  return isJsonObject(value) && isPlain(value, 1, count) ? value : undefined;
};

const attempt = (text: string): Json | undefined => {
  try {
    return load(text, { schema: CORE_SCHEMA, maxDepth: MAX_DEPTH }) as Json;
  } catch {
    return undefined;
  }
};

const isPlain = (value: Json, depth: number, count: { values: number }): boolean => {
  count.values += 1;
  if (count.values > MAX_PLAIN_VALUES) return false;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((entry) => isPlain(entry, depth + 1, count));
  return Object.entries(value).every(
    ([key, entry]) =>
      !FORBIDDEN_KEYS.has(key) && key !== MERGE_KEY && !NOT_A_STRING.test(key) && isPlain(entry, depth + 1, count),
  );
};
