import { mkdir } from 'node:fs/promises';
import { err, ok } from '@pao/kernel';
import type { CatalogSource, KnownCommit, Snapshot } from '../../core/ports/catalog-source.ts';
import { SourceRefused } from '../repository/layout.ts';
import { snapshotOf } from '../repository/snapshot-of.ts';
import { isBranchName, parseHeads, type RemoteHead } from './heads.ts';
import { mirrorDirectory, openMirror, removeMirror } from './mirror.ts';
import { readBlobs, readTree } from './objects.ts';
import { isBrokenMirror, reasonOf } from './reasons.ts';
import { createGit, type Git, GitFailure } from './run-git.ts';

export interface GitSourceOptions {
  /** `https://…`, `ssh://…`, `git@host:path` or `file://…`, without a password. */
  readonly url: string;
  /** The remote's default branch when absent. */
  readonly branch?: string;
  /** Of an https address. */
  readonly token?: string;
  /** The catalog's root in the repository: empty, or `a/folder`. */
  readonly root: string;
  /** Where mirrors are kept; made when absent. */
  readonly cacheDirectory: string;
  /** What the process has; git sees a few of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of one command of git. */
  readonly timeoutMs?: number;
}

const MAX_LISTING = 1_000_000;

/** The address as people are shown it. */
const shown = (url: string): string => url.replace(/:\/\/[^/@]*@/, '://');

const remoteHead = async (git: Git, { url, branch }: GitSourceOptions, name: string): Promise<RemoteHead> => {
  const ref = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
  const head = parseHeads(await git.text(['ls-remote', '--symref', url, ref], MAX_LISTING), branch);
  if (head) return head;
  throw new SourceRefused(branch === undefined ? `${name} has no default branch` : `${name} has no branch ${branch}`);
};

/** Whether the history of `commit` holds what was known. What the mirror does not hold was not in it. */
const continues = async (git: Git, known: string, commit: string): Promise<boolean> => {
  if (known === commit) return true;
  try {
    await git.text(['merge-base', '--is-ancestor', known, commit], MAX_LISTING);
    return true;
  } catch (error) {
    if (error instanceof GitFailure && (error.exitCode === 1 || error.exitCode === 128)) return false;
    throw error;
  }
};

const isForced = async (git: Git, known: KnownCommit | null, { branch, commit }: RemoteHead): Promise<boolean> =>
  known !== null && known.branch === branch && !(await continues(git, known.commit, commit));

/**
 * A catalog in any git repository, read from a bare mirror on this machine: nothing is ever checked out, so nothing of it is
 * ever carried out.
 */
export const createGitSource = (options: GitSourceOptions): CatalogSource => {
  const { url, root, cacheDirectory, token, timeoutMs = 120_000 } = options;
  const name = shown(url);
  const directory = mirrorDirectory(cacheDirectory, url);
  const remote = { url, ...(token !== undefined && { token }) };
  const { environment } = options;
  const git = createGit({ directory, remote, environment, timeoutMs });
  // Asked before there is a mirror, and so in a folder that surely is there.
  const outside = createGit({ directory: cacheDirectory, remote, environment, timeoutMs });

  const fetchBranch = async (branch: string): Promise<string> => {
    await openMirror(git, cacheDirectory, directory);
    const ref = `refs/heads/${branch}`;
    const flags = ['--quiet', '--force', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    await git.text(['fetch', ...flags, url, `+${ref}:${ref}`], MAX_LISTING);
    return (await git.text(['rev-parse', '--verify', `${ref}^{commit}`], MAX_LISTING)).trim();
  };

  const read = async (known: KnownCommit | null, head: RemoteHead): Promise<Snapshot> => {
    const commit = await fetchBranch(head.branch);
    const fetched = { branch: head.branch, commit };
    const tree = {
      ...fetched,
      forced: await isForced(git, known, fetched),
      entries: await readTree(git, commit, root),
      readBlobs: readBlobs(git),
    };
    return snapshotOf(tree, { name, root });
  };

  return {
    name: root === '' ? name : `${name} (${root})`,
    read: async (known, when) => {
      try {
        await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
        const head = await remoteHead(outside, options, name);
        if (!isBranchName(head.branch)) throw new SourceRefused(`${name} names a branch that cannot be used`);
        const same = known?.commit === head.commit && known.branch === head.branch;
        return ok(same && when === 'if-changed' ? 'unchanged' : await read(known, head));
      } catch (error) {
        // The next reading makes it anew.
        if (isBrokenMirror(error)) await removeMirror(directory);
        return err({ kind: 'source-unreadable', reason: reasonOf(name, error, token) });
      }
    },
  };
};
