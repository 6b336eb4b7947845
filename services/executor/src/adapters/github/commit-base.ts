import { err, ok } from '@pao/kernel';
import { type AttemptMark, carriesMark } from '../git/attempt-mark.ts';
import { type Answered, definite, type EntryAt, type TreeEntry } from '../git/changes.ts';
import {
  commitSchema,
  commitsSchema,
  type FoundGithubCommit,
  refSchema,
  repositorySchema,
  treeSchema,
} from './answers.ts';
import type { GithubClient } from './client.ts';

/** Where a commit goes, and what it is made on. */
export interface Base {
  /** That the commit becomes the end of. */
  readonly target: string;
  /** Whether `target` is there, at `commit`; else it is begun there. */
  readonly exists: boolean;
  /** That a pull request asks to be merged into. */
  readonly into: string;
  readonly commit: FoundGithubCommit;
}

const LOOKED_THROUGH = 100;

export const endOf = async (github: GithubClient, branch: string): Promise<Answered<string | undefined>> => {
  const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
  const found = await github.find({ route, parameters: { ref: `heads/${branch}` }, schema: refSchema });
  if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found;
  return ok(found.value.ref === `refs/heads/${branch}` ? found.value.object.sha : undefined);
};

export const readCommit = (github: GithubClient, sha: string): Promise<Answered<FoundGithubCommit>> =>
  github.read({
    route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    parameters: { commit_sha: sha },
    schema: commitSchema,
  });

const defaultBranch = async (github: GithubClient): Promise<Answered<string>> => {
  const found = await github.read({ route: 'GET /repos/{owner}/{repo}', schema: repositorySchema });
  return found.ok ? ok(found.value.default_branch) : found;
};

const noBranch = (github: GithubClient, branch: string) =>
  definite({
    code: 'BRANCH_MISSING',
    message: `${github.name} has no branch ${branch} that the commit could be made on.`,
  });

const at = async (github: GithubClient, sha: string, rest: Omit<Base, 'commit'>): Promise<Answered<Base>> => {
  const commit = await readCommit(github, sha);
  return commit.ok ? ok({ ...rest, commit: commit.value }) : commit;
};

/**
 * Where the commit belongs. Without a pull request on the end of `branch`; one that isn't there is begun at the default branch. With one
 * on a branch of its own, whose name carries the attempt: `branch` is what it is merged into, or, where there is no such
 * branch, how the own one is called, and the default branch is what it is merged into.
 */
export const findBase = async (
  github: GithubClient,
  { branch, createPullRequest }: { readonly branch: string; readonly createPullRequest: boolean },
  own: { readonly beside: string; readonly named: string },
): Promise<Answered<Base>> => {
  const end = await endOf(github, branch);
  if (!end.ok) return end;
  if (end.value !== undefined) {
    const target = createPullRequest ? own.beside : branch;
    return at(github, end.value, { target, exists: !createPullRequest, into: branch });
  }
  const into = await defaultBranch(github);
  if (!into.ok) return into;
  const begin = await endOf(github, into.value);
  if (!begin.ok) return begin;
  if (begin.value === undefined) return err(noBranch(github, into.value));
  const target = createPullRequest ? own.named : branch;
  return at(github, begin.value, { target, exists: false, into: into.value });
};

/** The names that the branch of an attempt's own can have. */
export const ownBranches = (branch: string, actionId: string, mark: AttemptMark) => ({
  beside: `pao/${mark.task}/${actionId}-${mark.generation}`,
  named: `${branch}-${mark.suffix}`,
});

/** The commit of an attempt at the end of a branch, or shortly before it; undefined where there is none. */
export const findMarked = async (
  github: GithubClient,
  branch: string,
  mark: AttemptMark,
): Promise<Answered<string | undefined>> => {
  const found = await github.find({
    route: 'GET /repos/{owner}/{repo}/commits',
    parameters: { sha: branch, since: mark.date.toISOString(), per_page: LOOKED_THROUGH },
    schema: commitsSchema,
  });
  if (!found.ok) return found;
  const own = found.value?.find(
    ({ commit: { message, author } }) => author !== null && carriesMark({ message, author }, mark),
  );
  return ok(own?.sha);
};

/** Reads a tree folder by folder, each once: a repository may have more files than one answer holds. */
export const createEntryAt = (github: GithubClient, root: string): EntryAt => {
  const folders = new Map<string, Promise<Answered<ReadonlyMap<string, TreeEntry>>>>();
  const list = async (sha: string): Promise<Answered<ReadonlyMap<string, TreeEntry>>> => {
    const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
    const found = await github.read({ route, parameters: { tree_sha: sha }, schema: treeSchema });
    if (!found.ok) return found;
    if (found.value.truncated) {
      const message = `A folder of ${github.name} holds more files than GitHub lists.`;
      return err(definite({ code: 'REPOSITORY_TOO_LARGE', message }));
    }
    return ok(new Map(found.value.tree.map(({ path, ...entry }) => [path, entry])));
  };
  const listed = (sha: string) => {
    const known = folders.get(sha) ?? list(sha);
    folders.set(sha, known);
    return known;
  };
  return async (path) => {
    let entry: TreeEntry | undefined = { mode: '040000', type: 'tree', sha: root };
    for (const segment of path.split('/')) {
      if (entry?.type !== 'tree') return ok(undefined);
      const folder = await listed(entry.sha);
      if (!folder.ok) return folder;
      entry = folder.value.get(segment);
    }
    return ok(entry);
  };
};
