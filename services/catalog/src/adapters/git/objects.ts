import { CODEOWNERS_PLACES, DOCUMENT_FOLDERS, SourceRefused } from '../repository/layout.ts';
import type { TreeEntry } from '../repository/select-entries.ts';
import { isSha } from './heads.ts';
import type { Git } from './run-git.ts';

/** Far more than a catalog within its limits has. */
const MAX_TREE_BYTES = 64 * 1024 * 1024;

const ENTRY = /^(\d{6}) (?:blob|commit) ([0-9a-f]+) +(\d+|-)$/;

const parseEntry = (line: string): TreeEntry => {
  const tab = line.indexOf('\t');
  const match = ENTRY.exec(line.slice(0, tab));
  const [, mode = '', sha = '', size = '-'] = match ?? [];
  if (tab < 0 || !isSha(sha)) throw new SourceRefused('git lists a tree in a way that is not understood');
  return { path: line.slice(tab + 1), mode, sha, size: size === '-' ? 0 : Number(size) };
};

/** The catalog's part of a commit's tree, and its CODEOWNERS. */
export const readTree = async (git: Git, commit: string, root: string): Promise<readonly TreeEntry[]> => {
  const prefix = root === '' ? '' : `${root}/`;
  const places = [...DOCUMENT_FOLDERS.map((folder) => `${prefix}${folder}`), ...CODEOWNERS_PLACES];
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...places];
  const listing = await git.text(args, MAX_TREE_BYTES);
  return listing.split('\0').flatMap((line) => (line === '' ? [] : parseEntry(line)));
};

const HEADER = /^([0-9a-f]+) blob (\d+)$/;
const NEWLINE = 0x0a;

const parseBatch = (output: Buffer): ReadonlyMap<string, Uint8Array> => {
  const contents = new Map<string, Uint8Array>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(NEWLINE, at);
    const [, sha, size] = HEADER.exec(output.toString('latin1', at, end < 0 ? output.length : end)) ?? [];
    const start = end + 1;
    const length = Number(size);
    if (sha === undefined || end < 0 || start + length >= output.length) {
      throw new SourceRefused('git gives out a file in a way that is not understood');
    }
    contents.set(sha, output.subarray(start, start + length));
    at = start + length + 1;
  }
  return contents;
};

/** All contents from one process. */
export const readBlobs =
  (git: Git) =>
  async (blobs: readonly TreeEntry[]): Promise<ReadonlyMap<string, Uint8Array>> => {
    const sizes = new Map(blobs.map(({ sha, size }) => [sha, size]));
    if (sizes.size === 0) return new Map();
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    return parseBatch(await git.batch([...sizes.keys()], bytes + sizes.size * 200));
  };
