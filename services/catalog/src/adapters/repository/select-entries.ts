import type { Finding } from '../../core/domain/finding.ts';
import {
  CODEOWNERS_PLACES,
  DOCUMENT_FOLDERS,
  isDocument,
  MAX_DEPTH,
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_TOTAL_BYTES,
  noCatalog,
  refusal,
  SourceRefused,
  tooLarge,
  tooManyBytes,
  tooManyFiles,
} from './layout.ts';

/** One entry of a git tree as listed recursively: a blob, or a submodule. */
export interface TreeEntry {
  /** From the top of the repository. */
  readonly path: string;
  /** As git writes it: `100644`, `100755`, `120000` for a link, `160000` for a submodule. */
  readonly mode: string;
  readonly sha: string;
  /** Bytes; 0 of a submodule. */
  readonly size: number;
}

export interface Selection {
  /** With their paths from the catalog's root, in the order of those. */
  readonly documents: readonly TreeEntry[];
  readonly refused: readonly Finding[];
  readonly codeowners: TreeEntry | undefined;
}

export interface Place {
  /** For people. */
  readonly name: string;
  /** The catalog's root: empty, or `a/folder`. */
  readonly root: string;
}

const isRegular = ({ mode }: TreeEntry): boolean => mode === '100644' || mode === '100755';

const notFollowed = ({ path, mode }: TreeEntry): Finding => {
  if (mode === '120000') {
    return refusal(path, 'FILE_IS_LINK', 'This is a symbolic link, which is not followed.', 'put the file here');
  }
  if (mode === '160000') return refusal(path, 'FILE_IS_SUBMODULE', 'This is a submodule, which is not read.');
  return refusal(path, 'FILE_NOT_REGULAR', 'This is not a regular file.');
};

/** A name that could be taken for another place, here or where the catalog is shown. */
const isSoundPath = (path: string): boolean =>
  path.length <= 1_000 &&
  !/[\0-\x1f\x7f\\]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What is in the catalog's folders, with paths from its root. */
const entriesOfCatalog = (entries: readonly TreeEntry[], { name, root }: Place): readonly TreeEntry[] => {
  const prefix = root === '' ? '' : `${root}/`;
  const inside = entries
    .filter(({ path }) => path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  const found = inside.filter(({ path }) => DOCUMENT_FOLDERS.includes(path.split('/')[0] ?? ''));
  // A link in the place of a whole folder would otherwise look like a catalog from which everything was removed.
  const replaced = found.find(({ path }) => DOCUMENT_FOLDERS.includes(path));
  if (replaced) throw new SourceRefused(`${replaced.path} of ${name} is not a folder, and links are not followed`);
  if (found.length === 0) throw noCatalog(root === '' ? name : `${root} of ${name}`);
  if (found.length > MAX_FILES) throw tooManyFiles(name);
  return found.filter(({ path }) => path.split('/').length <= MAX_DEPTH + 1);
};

/**
 * What a commit holds of a catalog, by its tree.
 * @throws SourceRefused when it is no catalog, or too large a one.
 */
export const selectEntries = (entries: readonly TreeEntry[], place: Place): Selection => {
  const documents: TreeEntry[] = [];
  const refused: Finding[] = [];
  let bytes = 0;
  for (const entry of entriesOfCatalog(entries, place)) {
    const { path, size } = entry;
    if (!isSoundPath(path)) {
      refused.push(refusal('catalog', 'FILE_NAME', `A file has a name that cannot be used: ${JSON.stringify(path)}.`));
    } else if (!isRegular(entry)) refused.push(notFollowed(entry));
    else if (!isDocument(nameOf(path))) continue;
    else if (size > MAX_FILE_BYTES) refused.push(tooLarge(path));
    else {
      documents.push(entry);
      bytes += size;
    }
  }
  if (bytes > MAX_TOTAL_BYTES) throw tooManyBytes();
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const owners = CODEOWNERS_PLACES.map((path) => byPath.get(path)).find((entry) => entry && isRegular(entry));
  return { documents: documents.toSorted((a, b) => (a.path < b.path ? -1 : 1)), refused, codeowners: owners };
};
