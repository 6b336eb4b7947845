import { CODEOWNERS_PLACES, DOCUMENT_FOLDERS, SourceRefused, tooManyFiles } from '../repository/layout.ts';
import type { Place, TreeEntry } from '../repository/select-entries.ts';
import { type ListedEntry, treeSchema } from './answers.ts';
import type { GithubClient } from './github-client.ts';

/** Folders that are listed one by one when the whole is too large for one answer. */
const MAX_FOLDERS = 500;

const list = (client: GithubClient, sha: string, recursive: boolean, signal: AbortSignal) =>
  client.call({
    route: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    parameters: { tree_sha: sha, ...(recursive && { recursive: '1' }) },
    schema: treeSchema,
    signal,
  });

const toEntry = ({ path, mode, sha, size = 0 }: ListedEntry): TreeEntry => ({ path, mode, sha, size });

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Whether a folder holds, or leads to, anything that is read of a catalog. */
const isOnTheWay = (path: string, root: string): boolean => {
  const prefix = root === '' ? '' : `${root}/`;
  return (
    DOCUMENT_FOLDERS.some((name) => isInside(path, `${prefix}${name}`) || isInside(`${prefix}${name}`, path)) ||
    CODEOWNERS_PLACES.some((place) => isInside(place, path))
  );
};

const walk = async (
  client: GithubClient,
  treeSha: string,
  { name, root }: Place,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> => {
  const entries: TreeEntry[] = [];
  const open = [{ path: '', sha: treeSha }];
  let listed = 0;
  for (let folder = open.shift(); folder; folder = open.shift()) {
    listed += 1;
    if (listed > MAX_FOLDERS) throw tooManyFiles(name);
    const { tree, truncated } = await list(client, folder.sha, false, signal);
    if (truncated) throw new SourceRefused(`${folder.path || 'the top'} of ${name} holds too many files`);
    for (const entry of tree) {
      const path = folder.path === '' ? entry.path : `${folder.path}/${entry.path}`;
      if (entry.type !== 'tree') entries.push(toEntry({ ...entry, path }));
      else if (isOnTheWay(path, root)) open.push({ path, sha: entry.sha });
    }
  }
  return entries;
};

/** All files of a tree, or of the folders that matter where GitHub does not list it whole. */
export const readTree = async (
  client: GithubClient,
  treeSha: string,
  place: Place,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> => {
  const { tree, truncated } = await list(client, treeSha, true, signal);
  if (truncated) return walk(client, treeSha, place, signal);
  return tree.filter(({ type }) => type !== 'tree').map(toEntry);
};
