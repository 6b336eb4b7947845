/**
 * The patterns of CODEOWNERS, which are those of gitignore with a few differences. No regular expression: a pattern is a list of
 * segments, and the search goes back to the last wildcard only, so the work is at most path × pattern, whatever either holds.
 */

/** Any number of whole segments, none included. */
const MANY = Symbol('**');

type Segment = string | typeof MANY;

export interface PathPattern {
  readonly segments: readonly Segment[];
  /** The folders a path must begin with: what comes before the first wildcard of an anchored pattern. */
  readonly prefix: readonly string[];
}

const hasWildcard = (segment: string): boolean => /[*?\\]/.test(segment);

/** The characters of a segment's pattern, escapes resolved: a wildcard is one that was not escaped. */
const tokensOf = (pattern: string): readonly { readonly char: string; readonly wild: boolean }[] => {
  const tokens: { char: string; wild: boolean }[] = [];
  const chars = Array.from(pattern);
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    const escaped = char === '\\' && at + 1 < chars.length;
    if (escaped) at += 1;
    tokens.push({ char: chars[at] ?? '', wild: !escaped && (char === '*' || char === '?') });
  }
  return tokens;
};

/**
 * Whether items match a list of tokens of which some stand for any number of items. On a mismatch only the last of those takes one
 * item more: what an earlier one could take, the last can take as well.
 */
const matchesAll = <T, P>(
  items: readonly T[],
  tokens: readonly P[],
  isMany: (token: P) => boolean,
  matchesOne: (item: T, token: P) => boolean,
): boolean => {
  let item = 0;
  let token = 0;
  let many = -1;
  let taken = 0;
  while (item < items.length) {
    const [one, expected] = [items[item] as T, tokens[token]];
    if (expected !== undefined && isMany(expected)) {
      many = token;
      taken = item;
      token += 1;
    } else if (expected !== undefined && matchesOne(one, expected)) {
      item += 1;
      token += 1;
    } else if (many >= 0) {
      taken += 1;
      item = taken;
      token = many + 1;
    } else return false;
  }
  return tokens.slice(token).every(isMany);
};

const matchesName = (name: string, pattern: string): boolean => {
  if (!hasWildcard(pattern)) return name === pattern;
  if (pattern === '*') return true;
  return matchesAll(
    Array.from(name),
    tokensOf(pattern),
    ({ char, wild }) => wild && char === '*',
    (one, { char, wild }) => wild || one === char,
  );
};

/** Undefined for a pattern that can match nothing. */
export const compilePattern = (pattern: string): PathPattern | undefined => {
  const parts = pattern.split('/');
  const leading = parts[0] === '';
  const names = leading ? parts.slice(1) : parts;
  const folder = names.length > 1 && names.at(-1) === '';
  const inner = folder ? names.slice(0, -1) : names;
  if (inner.length === 0 || inner.includes('')) return undefined;

  const anchored = leading || inner.length > 1;
  const segments: Segment[] = inner.map((name) => (name === '**' ? MANY : name));
  if (!anchored) segments.unshift(MANY);
  const last = inner.at(-1);
  // What is named may be a folder: then everything in it is meant. A last `*` means files alone, other than in gitignore.
  if (folder || last === '**') segments.push('*', MANY);
  else if (last !== '*') segments.push(MANY);

  const wildAt = inner.findIndex(hasWildcard);
  return { segments, prefix: anchored ? inner.slice(0, wildAt < 0 ? inner.length : wildAt) : [] };
};

/** @param path the segments of a file's path */
export const matchesPattern = ({ segments }: PathPattern, path: readonly string[]): boolean =>
  matchesAll(
    path,
    segments,
    (segment) => segment === MANY,
    (name, segment) => segment !== MANY && matchesName(name, segment),
  );
