import { isJsonObject, type Json } from '@pao/kernel';

const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * The path of the first text that Postgres can't keep (U+0000, half a surrogate pair); undefined when all can be kept. Paths are
 * written as `basic.tags[0]`.
 */
export const unstorablePath = (value: Json, path = ''): string | undefined => {
  if (typeof value === 'string') return isStorableText(value) ? undefined : path;
  if (Array.isArray(value)) return firstOf(value.entries(), (index) => `${path}[${index}]`);
  if (!isJsonObject(value)) return undefined;
  const strange = Object.keys(value).find((key) => !isStorableText(key));
  if (strange !== undefined) return path;
  return firstOf(Object.entries(value), (key) => (path === '' ? key : `${path}.${key}`));
};

const firstOf = <Key>(entries: Iterable<readonly [Key, Json]>, pathOf: (key: Key) => string): string | undefined => {
  for (const [key, value] of entries) {
    const found = unstorablePath(value, pathOf(key));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The same value with U+FFFD for what can't be kept: for what others report, where refusing would help nobody. */
export const toStorable = <T extends Json>(value: T): T =>
  unstorablePath(value) === undefined ? value : (replaced(value) as T);

const replacedText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

const replaced = (value: Json): Json => {
  if (typeof value === 'string') return replacedText(value);
  if (Array.isArray(value)) return value.map((entry: Json) => replaced(entry));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [replacedText(key), replaced(entry)]));
};
