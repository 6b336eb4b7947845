import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Finding } from '../../core/domain/finding.ts';
import {
  CODEOWNERS_PLACES,
  DOCUMENT_FOLDERS,
  isDocument,
  MAX_DEPTH,
  MAX_FILES,
  noCatalog,
  refusal,
  SourceRefused,
  tooManyFiles,
} from '../repository/layout.ts';

export interface CatalogFile {
  /** In the repository, with `/`. */
  readonly path: string;
  /** On this machine, all symbolic links resolved. */
  readonly location: string;
}

export interface CatalogFolder {
  readonly files: readonly CatalogFile[];
  /** Every folder that was looked into: what a watcher must watch. */
  readonly folders: ReadonlySet<string>;
  readonly refused: readonly Finding[];
  readonly codeowners: CatalogFile | undefined;
}

const isInside = (root: string, location: string): boolean => {
  const way = relative(root, location);
  return way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
};

type Kind = 'file' | 'folder' | 'other' | 'outside' | 'gone';

/** What an entry is, links followed as long as they stay inside: catalogs are mounted through links by git-sync and Kubernetes. */
const resolveEntry = async (root: string, location: string, entry: Dirent): Promise<readonly [Kind, string]> => {
  if (entry.isFile()) return ['file', location];
  if (entry.isDirectory()) return ['folder', location];
  if (!entry.isSymbolicLink()) return ['other', location];
  try {
    const target = await realpath(location);
    if (!isInside(root, target)) return ['outside', target];
    const stats = await stat(target);
    return [stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other', target];
  } catch {
    return ['gone', location];
  }
};

const REFUSALS = {
  outside: (path: string) =>
    refusal(path, 'FILE_OUTSIDE', 'This link leads out of the catalog folder and is not followed', 'put the file here'),
  gone: (path: string) => refusal(path, 'FILE_UNREADABLE', 'This link leads nowhere'),
  other: (path: string) => refusal(path, 'FILE_NOT_REGULAR', 'This is neither a file nor a folder'),
} as const;

/** The first CODEOWNERS that is a file inside of the folder. */
const findCodeowners = async (root: string): Promise<CatalogFile | undefined> => {
  for (const path of CODEOWNERS_PLACES) {
    const location = await realpath(join(root, path)).catch(() => undefined);
    const stats = location === undefined ? undefined : await stat(location).catch(() => undefined);
    if (location !== undefined && stats?.isFile() && isInside(root, location)) return { path, location };
  }
  return undefined;
};

/** The folders in which CODEOWNERS may lie, those that are there. */
const ownersFolders = async (root: string): Promise<readonly string[]> => {
  const places = await Promise.all(
    CODEOWNERS_PLACES.map(async (path) => realpath(dirname(join(root, path))).catch(() => undefined)),
  );
  return places.flatMap((folder) => (folder !== undefined && isInside(root, folder) ? folder : []));
};

/**
 * The documents' files of a catalog folder in the order of their paths.
 * @throws SourceRefused when the folder is no catalog or holds too many files; the system's error when it can't be read.
 */
export const listCatalogFolder = async (folder: string): Promise<CatalogFolder> => {
  const root = await realpath(folder);
  const files: CatalogFile[] = [];
  const folders = new Set([root]);
  const refused: Finding[] = [];

  const take = (kind: Exclude<Kind, 'folder'>, path: string, location: string): void => {
    if (kind === 'file') files.push({ path, location });
    else refused.push(REFUSALS[kind](path));
  };

  const visit = async (location: string, path: string, depth: number): Promise<void> => {
    // Links may lead in circles.
    if (depth > MAX_DEPTH || folders.has(location)) return;
    folders.add(location);
    for (const entry of await readdir(location, { withFileTypes: true })) {
      const entryPath = `${path}/${entry.name}`;
      const [kind, target] = await resolveEntry(root, join(location, entry.name), entry);
      if (kind === 'folder') await visit(target, entryPath, depth + 1);
      else if (isDocument(entry.name)) take(kind, entryPath, target);
      if (files.length + folders.size + refused.length > MAX_FILES) {
        throw tooManyFiles(folder);
      }
    }
  };

  const top = await readdir(root, { withFileTypes: true });
  const present = top.filter(({ name }) => DOCUMENT_FOLDERS.includes(name));
  if (present.length === 0) throw noCatalog(folder);
  for (const entry of present) {
    const [kind, target] = await resolveEntry(root, join(root, entry.name), entry);
    if (kind === 'folder') await visit(target, entry.name, 1);
    else if (kind === 'outside') throw new SourceRefused(`${join(folder, entry.name)} leads out of the catalog folder`);
  }
  const codeowners = await findCodeowners(root);
  // A CODEOWNERS that appears or changes is to be noticed as well.
  for (const folder of await ownersFolders(root)) folders.add(folder);
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), folders, refused, codeowners };
};
