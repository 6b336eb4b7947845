import { err, ok } from '@pao/kernel';
import type { AttemptMark } from '../git/attempt-mark.ts';
import { type Answered, type Change, definite } from '../git/changes.ts';
import { objectSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import type { Base } from './commit-base.ts';

const createBlob = async (github: GithubClient, content: Buffer, sha: string): Promise<Answered<void>> => {
  const created = await github.read({
    route: 'POST /repos/{owner}/{repo}/git/blobs',
    parameters: { content: content.toString('base64'), encoding: 'base64' },
    schema: objectSchema,
  });
  if (!created.ok) return created;
  if (created.value.sha === sha) return ok(undefined);
  return err(definite({ code: 'RESPONSE_MALFORMED', message: 'GitHub stored another content than it was sent.' }));
};

const createBlobs = async (github: GithubClient, changes: readonly Change[]): Promise<Answered<void>> => {
  const contents = new Map(changes.flatMap(({ file }) => (file ? [[file.sha, file.content] as const] : [])));
  for (const [sha, content] of contents) {
    const created = await createBlob(github, content, sha);
    if (!created.ok) return created;
  }
  return ok(undefined);
};

/**
 * The commit's objects. Nobody sees them before a branch leads there, and the same call makes the same object: none of this is an
 * effect.
 */
export const createCommit = async (
  github: GithubClient,
  { base, changes, mark }: { readonly base: Base; readonly changes: readonly Change[]; readonly mark: AttemptMark },
): Promise<Answered<string>> => {
  const blobs = await createBlobs(github, changes);
  if (!blobs.ok) return blobs;
  const entries = changes.map(({ path, mode, file }) => ({ path, mode, type: 'blob', sha: file?.sha ?? null }));
  const tree = await github.read({
    route: 'POST /repos/{owner}/{repo}/git/trees',
    parameters: { base_tree: base.commit.tree.sha, tree: entries },
    schema: objectSchema,
  });
  if (!tree.ok) return tree;
  const { message, author, date } = mark;
  const person = { ...author, date: date.toISOString() };
  const commit = await github.read({
    route: 'POST /repos/{owner}/{repo}/git/commits',
    parameters: { message, tree: tree.value.sha, parents: [base.commit.sha], author: person, committer: person },
    schema: objectSchema,
  });
  return commit.ok ? ok(commit.value.sha) : commit;
};
