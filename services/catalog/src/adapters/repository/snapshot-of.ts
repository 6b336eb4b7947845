import { MAX_CODEOWNERS_BYTES } from '@pao/documents';
import type { Finding } from '../../core/domain/finding.ts';
import type { CodeownersFile, Snapshot, SourceFile } from '../../core/ports/catalog-source.ts';
import { decodeFile } from './decode-file.ts';
import { ignoredCodeowners, ownersProblem } from './layout.ts';
import { type Place, type Selection, selectEntries, type TreeEntry } from './select-entries.ts';

export interface CommitTree extends Pick<Snapshot, 'commit' | 'branch' | 'forced'> {
  readonly entries: readonly TreeEntry[];
  /** The contents of blobs by their names. */
  readonly readBlobs: (blobs: readonly TreeEntry[]) => Promise<ReadonlyMap<string, Uint8Array>>;
}

interface Owners {
  readonly file: CodeownersFile | null;
  readonly findings: readonly Finding[];
}

const contentOf = (contents: ReadonlyMap<string, Uint8Array>, { sha }: TreeEntry): Uint8Array => {
  const content = contents.get(sha);
  if (!content) throw new Error(`the blob ${sha} was not read`);
  return content;
};

const isReadable = ({ size }: TreeEntry): boolean => size <= MAX_CODEOWNERS_BYTES;

const ownersOf = (entry: TreeEntry | undefined, contents: ReadonlyMap<string, Uint8Array>, root: string): Owners => {
  if (!entry) return { file: null, findings: [] };
  const ignored = (code: string): Owners => ({
    file: null,
    findings: [ignoredCodeowners(entry.path, ownersProblem(code))],
  });
  if (!isReadable(entry)) return ignored('FILE_TOO_LARGE');
  const decoded = decodeFile(entry.path, contentOf(contents, entry));
  return 'file' in decoded ? { file: { ...decoded.file, root }, findings: [] } : ignored(decoded.refused.code);
};

const wanted = ({ documents, codeowners }: Selection): readonly TreeEntry[] =>
  codeowners && isReadable(codeowners) ? [...documents, codeowners] : documents;

/**
 * The catalog files of one commit.
 * @throws SourceRefused when it is no catalog, and whatever `readBlobs` throws.
 */
export const snapshotOf = async (tree: CommitTree, place: Place): Promise<Snapshot> => {
  const selection = selectEntries(tree.entries, place);
  const contents = await tree.readBlobs(wanted(selection));
  const files: SourceFile[] = [];
  const unreadable: Finding[] = [...selection.refused];
  for (const entry of selection.documents) {
    const decoded = decodeFile(entry.path, contentOf(contents, entry));
    if ('file' in decoded) files.push(decoded.file);
    else unreadable.push(decoded.refused);
  }
  const { file: codeowners, findings } = ownersOf(selection.codeowners, contents, place.root);
  const { commit, branch, forced } = tree;
  return { commit, branch, files, unreadable: [...unreadable, ...findings], codeowners, forced };
};
