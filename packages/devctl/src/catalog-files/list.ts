import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Finding } from '@pao/documents';
import { UsageError } from '../failures.ts';
import { refusal } from './refusal.ts';

const MAX_DEPTH = 16;
const MAX_ENTRIES = 20_000;

/** Folders that hold other people's files; a catalog's documents are in none of them. */
const SKIPPED = new Set(['node_modules']);

export interface ListedFile {
  /** From the root, with `/`. */
  readonly path: string;
  /** On this machine, all links resolved. */
  readonly location: string;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  readonly refused: readonly Finding[];
}

/** Of a name or of a path with `/`. */
export const isDocumentName = (path: string): boolean => /(^|\/)(?!\.)[^/]*\.ya?ml$/i.test(path);

/** Whether a location is a folder or lies in it. */
export const isInside = (folder: string, location: string): boolean => {
  const way = relative(folder, location);
  return way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
};

type Kind = 'file' | 'folder' | 'other' | 'outside' | 'gone';

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
    refusal(path, 'FILE_OUTSIDE', 'This link leads out of the folder and is not followed.', 'put the file here'),
  gone: (path: string) => refusal(path, 'FILE_UNREADABLE', 'This link leads nowhere.'),
  other: (path: string) => refusal(path, 'FILE_NOT_REGULAR', 'This is neither a file nor a folder.'),
} as const;

/**
 * The documents under `<root>/<start>` for each start, in the order of their paths. Hidden folders are passed over, links
 * followed as long as they stay inside the root. `root` is a real path; a start that is absent holds nothing.
 */
export const listDocuments = async (root: string, starts: readonly string[]): Promise<Listing> => {
  const files: ListedFile[] = [];
  const refused: Finding[] = [];
  const visited = new Set<string>();

  const take = (kind: Exclude<Kind, 'folder'>, path: string, location: string): void => {
    if (kind === 'file') files.push({ path, location });
    else refused.push(REFUSALS[kind](path));
  };

  const visit = async (location: string, path: string, depth: number): Promise<void> => {
    // Links may lead in circles.
    if (depth > MAX_DEPTH || visited.has(location)) return;
    visited.add(location);
    for (const entry of await readFolder(location, path, refused)) {
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
      const [kind, target] = await resolveEntry(root, join(location, entry.name), entry);
      if (kind === 'folder') await visit(target, entryPath, depth + 1);
      else if (isDocumentName(entry.name)) take(kind, entryPath, target);
      if (files.length + visited.size + refused.length > MAX_ENTRIES) {
        throw new UsageError(`${root} holds more than ${MAX_ENTRIES} files and folders`);
      }
    }
  };

  for (const start of starts) {
    const location = await realpath(join(root, start)).catch(() => undefined);
    if (location === undefined) continue;
    if (isInside(root, location)) await visit(location, start, 0);
    else refused.push(REFUSALS.outside(start));
  }
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), refused };
};

const readFolder = async (location: string, path: string, refused: Finding[]): Promise<readonly Dirent[]> => {
  try {
    return await readdir(location, { withFileTypes: true });
  } catch {
    refused.push(refusal(path === '' ? '.' : path, 'FILE_UNREADABLE', 'The folder cannot be read.'));
    return [];
  }
};
