import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { CatalogFile, Finding } from '@pao/documents';
import { UsageError } from '../failures.ts';
import { findCatalogRoot } from './catalog-root.ts';
import { isInside, type ListedFile, listDocuments } from './list.ts';
import { readCatalogFile } from './read-file.ts';
import { type CatalogFolder, readCatalogFolder } from './read-folder.ts';
import { refusal, systemCode } from './refusal.ts';

/** A catalog, and which of its files were asked for. */
export interface Target extends CatalogFolder {
  readonly isSelected: (path: string) => boolean;
}

interface Place {
  readonly root: string;
  /** From the root, with `/`; empty for the root itself. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Whether the root is a catalog repository, or only the folder that was named. */
  readonly repository: boolean;
}

/**
 * Finds the catalogs that the named files and folders belong to. A file of a catalog repository comes with all its other
 * documents, so that it can be judged among them; one that belongs to none comes alone.
 * @throws UsageError when something named does not exist.
 */
export const readTargets = async (paths: readonly string[]): Promise<readonly Target[]> => {
  const places: Place[] = [];
  for (const path of paths) places.push(await placeOf(path));
  const targets: Target[] = [];
  for (const [root, named] of Map.groupBy(places, (place) => place.root)) targets.push(await readTarget(root, named));
  return targets;
};

const placeOf = async (path: string): Promise<Place> => {
  try {
    const stats = await stat(path);
    // The last step of a file's path may be a link, which is judged when the file is read.
    const location = stats.isDirectory()
      ? await realpath(path)
      : join(await realpath(dirname(resolve(path))), basename(path));
    const folder = stats.isDirectory() ? location : dirname(location);
    const found = await findCatalogRoot(folder);
    const root = found ?? folder;
    return {
      root,
      path: relative(root, location).replaceAll('\\', '/'),
      kind: stats.isDirectory() ? 'folder' : 'file',
      repository: found !== undefined,
    };
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new UsageError(`${path} ${reason}`, { cause });
  }
};

const readTarget = async (root: string, places: readonly Place[]): Promise<Target> => {
  const whole = places.some(({ repository, kind }) => repository || kind === 'folder');
  const base = whole ? await readCatalogFolder(root) : { root, files: [], codeowners: null, refused: [] };
  const known = new Set([...base.files, ...base.refused].map(({ path }) => path));
  const { files, refused } = await readNamed(root, places, known);
  return {
    ...base,
    files: [...base.files, ...files],
    refused: [...base.refused, ...refused],
    isSelected: (path) => places.some((place) => covers(place, path)),
  };
};

const covers = (place: Place, path: string): boolean =>
  place.path === '' || place.path === path || (place.kind === 'folder' && path.startsWith(`${place.path}/`));

/** What was named and is not among the documents of the catalog: templates, fixtures, files that stand alone. */
const readNamed = async (
  root: string,
  places: readonly Place[],
  known: ReadonlySet<string>,
): Promise<{ readonly files: readonly CatalogFile[]; readonly refused: readonly Finding[] }> => {
  const files: CatalogFile[] = [];
  const refused: Finding[] = [];
  const listed: ListedFile[] = [];
  for (const { path, kind } of places) {
    if (kind === 'file') {
      const location = await realpath(join(root, path));
      if (isInside(root, location)) listed.push({ path, location });
      else refused.push(refusal(path, 'FILE_OUTSIDE', 'This link leads out of the folder and is not followed.'));
    } else if (path !== '') {
      const listing = await listDocuments(root, [path]);
      listed.push(...listing.files);
      refused.push(...listing.refused);
    }
  }
  const wanted = new Map(listed.filter(({ path }) => !known.has(path)).map((file) => [file.path, file]));
  for (const { path, location } of wanted.values()) {
    const read = await readCatalogFile(path, location);
    if (read.ok) files.push(read.value);
    else refused.push(read.error);
  }
  return { files, refused: refused.filter(({ path }) => !known.has(path)) };
};
