import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogFile, Finding } from '@pao/documents';
import { UsageError } from '../failures.ts';
import { DOCUMENT_FOLDERS } from './catalog-root.ts';
import { isInside, type ListedFile, listDocuments } from './list.ts';
import { readCatalogFile } from './read-file.ts';
import { systemCode } from './refusal.ts';

/** A catalog as it lies on disk. Paths are from its root, with `/`. */
export interface CatalogFolder {
  readonly root: string;
  readonly files: readonly CatalogFile[];
  readonly codeowners: CatalogFile | null;
  /** What has the name of a document and was not read. */
  readonly refused: readonly Finding[];
}

/** Files open at once. */
const BATCH = 64;
/** Of all files together; they are held in memory while they are checked. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

/** GitHub ignores a larger one. */
const MAX_CODEOWNERS_BYTES = 3 * 1024 * 1024;

/** Where GitHub looks for it, in its order. */
const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/**
 * Reads the documents of a folder: those in `catalog/` and `bundles/`, or, in a folder that has neither, all below it.
 * @throws UsageError when the folder can't be read or holds too much.
 */
export const readCatalogFolder = async (path: string): Promise<CatalogFolder> => {
  const root = await realFolder(path);
  const starts = await documentFolders(root);
  const listing = await listDocuments(root, starts);
  const { files, refused } = await readAll(listing.files);
  return { root, files, codeowners: await readCodeowners(root), refused: [...listing.refused, ...refused] };
};

const realFolder = async (path: string): Promise<string> => {
  try {
    const root = await realpath(path);
    if ((await stat(root)).isDirectory()) return root;
  } catch (cause) {
    const reason = systemCode(cause) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new UsageError(`${path} ${reason}`, { cause });
  }
  throw new UsageError(`${path} is not a folder`);
};

const documentFolders = async (root: string): Promise<readonly string[]> => {
  const present: string[] = [];
  for (const name of DOCUMENT_FOLDERS) {
    if ((await stat(join(root, name)).catch(() => undefined))?.isDirectory() === true) present.push(name);
  }
  return present.length === 0 ? [''] : present;
};

const readAll = async (listed: readonly ListedFile[]): Promise<Pick<CatalogFolder, 'files' | 'refused'>> => {
  const files: CatalogFile[] = [];
  const refused: Finding[] = [];
  let total = 0;
  for (let index = 0; index < listed.length; index += BATCH) {
    const batch = listed.slice(index, index + BATCH);
    for (const read of await Promise.all(batch.map(({ path, location }) => readCatalogFile(path, location)))) {
      if (!read.ok) refused.push(read.error);
      else files.push(read.value);
      total += read.ok ? read.value.text.length : 0;
    }
    if (total > MAX_TOTAL_BYTES) throw new UsageError(`the documents are over ${MAX_TOTAL_BYTES / 1024 / 1024} MiB`);
  }
  return { files, refused };
};

const readCodeowners = async (root: string): Promise<CatalogFile | null> => {
  for (const path of CODEOWNERS_PATHS) {
    const location = await realpath(join(root, path)).catch(() => undefined);
    if (location === undefined || !isInside(root, location)) continue;
    const read = await readCatalogFile(path, location, MAX_CODEOWNERS_BYTES);
    if (read.ok) return read.value;
  }
  return null;
};
