import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok } from '@pao/kernel';
import { type AttemptMark, carriesMark } from './attempt-mark.ts';
import type { Answered, Change, EntryAt } from './changes.ts';
import { failureOfGit } from './git-failures.ts';
import { isBranchName, isSha } from './refs.ts';
import type { Access } from './remote-access.ts';
import { createGit, type Git } from './run-git.ts';

export interface RemoteEnds {
  /** The end of the branch that was asked for. */
  readonly branch: string | undefined;
  /** The end of the default branch. */
  readonly head: string | undefined;
}

/** How far back a commit of the attempt is looked for. */
const DEPTH = 50;

/**
 * A bare repository for the time of one try. Nothing is ever checked out: no file of the remote, nor a link in it, is ever opened on
 * this machine.
 */
export const withRepository = async <T>(
  {
    access,
    timeoutMs,
    allowFiles,
    environment,
  }: {
    readonly access: Access;
    readonly timeoutMs: number;
    readonly allowFiles: boolean;
    readonly environment: NodeJS.ProcessEnv;
  },
  work: (git: Git, directory: string) => Promise<T>,
): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-git-'));
  const { settings, sshOptions } = access;
  const deadline = performance.now() + timeoutMs;
  try {
    const git = createGit({ directory, environment, settings, sshOptions, allowFiles, deadline });
    await git(['init', '--bare', '--quiet']);
    return await work(git, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export const readEnds = async (git: Git, url: string, branch: string): Promise<RemoteEnds> => {
  const listing = await git(['ls-remote', '--symref', '--', url, 'HEAD', `refs/heads/${branch}`]);
  const lines = listing.split('\n').map((line) => line.split('\t'));
  const at = (ref: string) => lines.find(([sha = '', name]) => name === ref && isSha(sha))?.[0];
  return { branch: at(`refs/heads/${branch}`), head: at('HEAD') };
};

/** Fetches what the commit is made on, and a little of what was before. */
export const fetchBase = async (git: Git, url: string, ref: string): Promise<string> => {
  const flags = ['--quiet', `--depth=${DEPTH}`, '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git(['fetch', ...flags, '--', url, `+${ref}:refs/pao/base`]);
  return (await git(['rev-parse', '--verify', 'refs/pao/base^{commit}'])).trim();
};

/** The commit of an attempt in what was fetched. */
export const findMarked = async (git: Git, mark: AttemptMark): Promise<string | undefined> => {
  const listing = await git(['log', `--max-count=${DEPTH}`, '--format=%H%x00%ae%x00%at%x00%B%x01', 'refs/pao/base']);
  for (const entry of listing.split('\x01')) {
    const [sha = '', email = '', seconds = '', message = ''] = entry.trimStart().split('\0');
    if (carriesMark({ message, author: { email, date: new Date(Number(seconds) * 1_000) } }, mark)) return sha;
  }
  return undefined;
};

const ENTRY = /^(\d{6}) (blob|tree|commit) ([0-9a-f]+)\t/;

export const createEntryAt =
  (git: Git, name: string, secrets: readonly string[]): EntryAt =>
  async (path) => {
    try {
      const listing = await git(['ls-tree', '-z', 'refs/pao/base', '--', path]);
      const [, mode = '', type, sha = ''] = ENTRY.exec(listing) ?? [];
      return ok(type === undefined ? undefined : { mode, type: type as 'blob' | 'tree' | 'commit', sha });
    } catch (error) {
      return err(failureOfGit(error, name, secrets));
    }
  };

const lineOf = ({ path, mode, file }: Change, like: string): string =>
  file ? `${mode} ${file.sha}\t${path}\0` : `0 ${'0'.repeat(like.length)}\t${path}\0`;

/** The commit on the base, with its date: made twice it is the same commit. */
export const makeCommit = async (
  git: Git,
  directory: string,
  { base, changes, mark }: { readonly base: string; readonly changes: readonly Change[]; readonly mark: AttemptMark },
): Promise<string> => {
  const index = { GIT_INDEX_FILE: join(directory, 'pao-index') };
  for (const { file } of changes) if (file) await git(['hash-object', '-w', '--stdin'], { input: file.content });
  await git(['read-tree', base], { environment: index });
  const lines = changes.map((change) => lineOf(change, base)).join('');
  await git(['update-index', '-z', '--index-info'], { environment: index, input: lines });
  const tree = (await git(['write-tree'], { environment: index })).trim();
  const date = `${Math.floor(mark.date.getTime() / 1_000)} +0000`;
  const { name, email } = mark.author;
  const environment = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
  return (await git(['commit-tree', tree, '-p', base, '-F', '-'], { environment, input: mark.message })).trim();
};

export const push = async (
  git: Git,
  url: string,
  { sha, branch }: { readonly sha: string; readonly branch: string },
): Promise<Answered<void>> => {
  if (!isBranchName(branch)) throw new Error('a name that is no branch got as far as the push');
  await git(['push', '--porcelain', '--no-verify', '--', url, `${sha}:refs/heads/${branch}`]);
  return ok(undefined);
};
