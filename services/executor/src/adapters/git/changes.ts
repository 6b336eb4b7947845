import { createHash } from 'node:crypto';
import type { Failure, Verdict } from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { FileChange } from './config.ts';
import { foldersOf } from './paths.ts';

/** Why something went no further. */
export type Failed = Exclude<Verdict, { readonly kind: 'ok' }>;
export type Answered<T> = Result<T, Failed>;

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

/** What a path is at the base of a commit; undefined for nothing. */
export type EntryAt = (path: string) => Promise<Answered<TreeEntry | undefined>>;

/** A path that is not after the commit what it was before. */
export interface Change {
  readonly path: string;
  readonly mode: string;
  /** Undefined: the path is taken out. */
  readonly file?: { readonly content: Buffer; readonly sha: string };
}

export const definite = (failure: Failure): Failed => ({ kind: 'definite-failure', failure });

const conflict = (path: string, why: string): Failed =>
  definite({ code: 'COMMIT_CONFLICT', message: `${JSON.stringify(path)} ${why}. Nothing was committed.` });

/** The name that git gives a content, by the kind of names of the repository. */
export const blobName = (content: Uint8Array, like: string): string =>
  createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');

const judge = ({ path, operation }: FileChange, entry: TreeEntry | undefined): Failed | undefined => {
  if (entry?.type === 'tree') return conflict(path, 'is a folder');
  if (entry !== undefined && !entry.mode.startsWith('100')) return conflict(path, 'is a link or a submodule');
  if (operation === 'create' && entry) return conflict(path, 'is there already');
  if (operation !== undefined && operation !== 'create' && !entry) return conflict(path, 'is not there');
  return undefined;
};

const folderProblem = async (path: string, entryAt: EntryAt): Promise<Failed | undefined> => {
  for (const folder of foldersOf(path)) {
    const entry = await entryAt(folder);
    if (!entry.ok) return entry.error;
    if (entry.value === undefined) return undefined;
    if (entry.value.type !== 'tree')
      return conflict(path, `leads through ${JSON.stringify(folder)}, which is no folder`);
  }
  return undefined;
};

const changeOf = (file: FileChange, entry: TreeEntry | undefined, base: string): Change | undefined => {
  const mode = entry?.mode ?? '100644';
  if (file.operation === 'delete') return { path: file.path, mode };
  const content = Buffer.from(file.contentTemplate ?? '');
  const sha = blobName(content, base);
  return entry?.sha === sha ? undefined : { path: file.path, mode, file: { content, sha } };
};

/** What has to change at a base so that it holds the files; a file keeps its mode. `base` is the name of its commit. */
export const planChanges = async (
  files: readonly FileChange[],
  base: string,
  entryAt: EntryAt,
): Promise<Answered<readonly Change[]>> => {
  const changes: Change[] = [];
  for (const file of files) {
    const blocked = await folderProblem(file.path, entryAt);
    if (blocked) return err(blocked);
    const entry = await entryAt(file.path);
    if (!entry.ok) return entry;
    const wrong = judge(file, entry.value);
    if (wrong) return err(wrong);
    const change = changeOf(file, entry.value, base);
    if (change) changes.push(change);
  }
  return ok(changes);
};
