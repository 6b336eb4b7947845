import { errorMessage } from '@pao/kernel';
import { GitError, type SimpleGit, simpleGit } from 'simple-git';
import { UsageError } from '../failures.ts';
import { isDocumentName } from './list.ts';

/** What differs from where this branch left its base, with changes that are not committed yet. Paths are from the root. */
export interface Changes {
  /** Files that are there now and are new, edited or renamed. */
  readonly present: ReadonlySet<string>;
  /** Files that were there at the base and were edited, renamed or deleted, under their names there. */
  readonly gone: ReadonlySet<string>;
  /** The texts, at the base, of documents that were edited, renamed or deleted. */
  readonly before: readonly string[];
  /** So much changed that asking git for each file is slower than judging all. */
  readonly many: boolean;
}

const MAX_CHANGED = 500;
const MAX_BYTES = 256 * 1024;

/** @throws UsageError when the root is in no git repository, or the base is unknown or shares no history with HEAD. */
export const changesSince = async (root: string, base: string): Promise<Changes> => {
  const git = simpleGit({ baseDir: root });
  try {
    await git.raw(['rev-parse', '--show-toplevel']);
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    throw new UsageError(`--changed: ${reasonOf(root, cause)}`, { cause });
  }
  const from = await mergeBase(git, base);
  const diff = ['diff', '--relative', '--name-status', '-z', '-M', '--no-ext-diff', '--no-textconv', from];
  const { present, gone } = parseNameStatus(await git.raw(diff));
  const untracked = split(await git.raw(['ls-files', '--others', '--exclude-standard', '-z']));
  const many = gone.length > MAX_CHANGED;
  return {
    present: new Set([...present, ...untracked]),
    gone: new Set(gone),
    before: many ? [] : await textsAt(git, from, gone.filter(isDocumentName)),
    many,
  };
};

const reasonOf = (root: string, error: GitError): string => {
  const message = errorMessage(error);
  if (message.includes('not a git repository')) return `${root} is not in a git repository`;
  if (message.includes('ENOENT')) return 'git is not installed';
  return message.trim();
};

const mergeBase = async (git: SimpleGit, base: string): Promise<string> => {
  const commit = await answer(git, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`]);
  if (commit === '') throw new UsageError(`--changed: git knows no commit ${base}; fetch it, or write origin/${base}`);
  const found = await answer(git, ['merge-base', commit, 'HEAD']);
  if (found !== '') return found;
  throw new UsageError(
    `--changed: ${base} and HEAD have no commit in common; a shallow clone needs its history (fetch-depth: 0)`,
  );
};

/** What git prints; nothing when it says no. */
const answer = async (git: SimpleGit, command: string[]): Promise<string> => {
  try {
    return (await git.raw(command)).trim();
  } catch (error) {
    if (error instanceof GitError) return '';
    throw error;
  }
};

const split = (text: string): readonly string[] => text.split('\0').filter((part) => part !== '');

/** Of `git diff --name-status -z`: a status and a path; a rename or copy has the old path before the new one. */
const parseNameStatus = (text: string): { readonly present: readonly string[]; readonly gone: readonly string[] } => {
  const present: string[] = [];
  const gone: string[] = [];
  const parts = split(text)[Symbol.iterator]();
  for (const status of parts) {
    const first = parts.next().value ?? '';
    const second = /^[RC]/.test(status) ? (parts.next().value ?? '') : first;
    if (!/^[AC]/.test(status)) gone.push(first);
    if (!status.startsWith('D')) present.push(second);
  }
  return { present, gone };
};

const textsAt = async (git: SimpleGit, commit: string, paths: readonly string[]): Promise<readonly string[]> => {
  if (paths.length === 0) return [];
  const sizes = sizesIn(await git.raw(['ls-tree', '-r', '-l', '-z', commit, './']));
  const texts: string[] = [];
  for (const path of paths) {
    if ((sizes.get(path) ?? Infinity) <= MAX_BYTES) texts.push(await git.raw(['show', `${commit}:./${path}`]));
  }
  return texts;
};

/** Of `git ls-tree -l -z`: mode, type, object and size, then a tab and the path. */
const sizesIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    split(text).flatMap((entry) => {
      const [, size = '', path = ''] = /^\S+ \S+ \S+ +(\S+)\t(.*)$/s.exec(entry) ?? [];
      return path === '' ? [] : [[path, Number(size)] as const];
    }),
  );
