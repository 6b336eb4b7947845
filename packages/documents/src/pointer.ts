/** Keys and indexes from the root of a document to a value. */
export type Path = readonly (string | number)[];

export const toPointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Indexes come back as numbers wherever they look like one; both address the same element. */
export const fromPointer = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(0|[1-9]\d*)$/.test(part) ? Number(part) : part));

/** The value at a path; undefined when there is none. Own properties only. */
export const valueAt = (root: unknown, path: Path): unknown => {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as { readonly [key: string | number]: unknown })[part];
  }
  return value;
};

/**
 * Calls back for every text inside a value. Keys are not among them. The path is that of the text while the call lasts;
 * whoever keeps it copies it.
 */
export const eachText = (value: unknown, root: Path, visit: (text: string, path: Path) => void): void => {
  const path = [...root];
  const enter = (key: string | number, inner: unknown): void => {
    path.push(key);
    walk(inner);
    path.pop();
  };
  const walk = (inner: unknown): void => {
    if (typeof inner === 'string') visit(inner, path);
    else if (Array.isArray(inner)) inner.forEach((entry, index) => enter(index, entry));
    else if (typeof inner === 'object' && inner !== null) {
      for (const [key, entry] of Object.entries(inner)) enter(key, entry);
    }
  };
  walk(value);
};
