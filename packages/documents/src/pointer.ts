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

/** Calls back for every text inside a value, with the path to it. Keys are texts as well, but not templates. */
export const eachText = (value: unknown, path: Path, visit: (text: string, path: Path) => void): void => {
  if (typeof value === 'string') visit(value, path);
  else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) eachText(entry, [...path, index], visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) eachText(entry, [...path, key], visit);
  }
};
