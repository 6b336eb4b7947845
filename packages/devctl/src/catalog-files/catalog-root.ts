import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where documents stand in a catalog repository. */
export const DOCUMENT_FOLDERS = ['catalog', 'bundles'] as const;

const isFolder = async (location: string): Promise<boolean> =>
  (await stat(location).catch(() => undefined))?.isDirectory() === true;

const exists = async (location: string): Promise<boolean> =>
  (await stat(location).catch(() => undefined)) !== undefined;

const holdsCatalog = async (folder: string): Promise<boolean> => {
  for (const name of DOCUMENT_FOLDERS) if (await isFolder(join(folder, name))) return true;
  return false;
};

/**
 * The catalog repository that a file or folder belongs to: the nearest folder above it (or itself) with a `catalog` or
 * `bundles` folder. The search ends at the root of the git repository. Undefined: it stands alone.
 */
export const findCatalogRoot = async (path: string): Promise<string | undefined> => {
  const start = resolve(path);
  for (let folder = start; ; folder = dirname(folder)) {
    if (await holdsCatalog(folder)) return folder;
    if (dirname(folder) === folder || (await exists(join(folder, '.git')))) return undefined;
  }
};
