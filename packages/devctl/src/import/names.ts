import { excerpt } from './remarks.ts';

const MAX_ID = 64;
// What the format reserves, and what every object of JavaScript has.
const RESERVED = new Set(['constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf']);

/** `allocated_storage` → `allocatedStorage`; what begins with a digit, or is reserved, gets a word before or after it. */
export const toCamelCase = (name: string, fallback = 'field'): string => {
  const words = plainLetters(name)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join('');
  const id = (/^[a-z]/.test(joined) ? joined : `${fallback}${upperFirst(joined)}`).slice(0, MAX_ID);
  return RESERVED.has(id) ? `${id}Field` : id;
};

export const toKebabCase = (name: string, fallback = 'item'): string => {
  const words = plainLetters(name)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, MAX_ID)
    .replace(/-$/, '');
  return /^[a-z]/.test(words) ? words : `${fallback}${words === '' ? '' : '-'}${words}`;
};

const plainLetters = (name: string): string =>
  name
    .slice(0, 200)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '');

// `APIKey` becomes `apiKey`, `VPC` becomes `vpc`: a run of capitals is one word, whose last letter begins the next.
const lowerFirst = (word: string): string =>
  word.replace(/^[A-Z]+(?=[A-Z][a-z]|[0-9]|$)|^[A-Z]/, (start) => start.toLowerCase());

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The id itself, or with the first number that makes it new. Takes it. */
export const claim = (id: string, taken: Set<string>): string => {
  let candidate = id;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${id.slice(0, MAX_ID - 4)}${count}`;
  taken.add(candidate);
  return candidate;
};

/** A label for a machine's name: `allocated_storage` → `Allocated storage`. */
export const toLabel = (name: string): string => {
  const words = excerpt(name, 100)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\-.\s]+/g, ' ')
    .trim();
  return upperFirst(words) || 'Field';
};

/** A text that the form may hold: it is constant, so that what looks like a variable is not accepted there. */
export const isConstant = (text: string): boolean => !text.includes('{{');

/** Braces of the source's own template language must not be read as variables of ours. */
export const withoutTags = (text: string): string => text.replaceAll(/\{(?=\{)/g, '{ ').replaceAll(/\}(?=\})/g, '} ');

// Programs trip over the first three, and YAML merges at the last.
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/** A key that a document accepts. */
export const isKey = (name: string): boolean => !FORBIDDEN_KEYS.has(name) && !name.includes('{{');
