import { err, ok, TransientError } from '@pao/kernel';
import type { CatalogSource, KnownCommit, Snapshot } from '../../core/ports/catalog-source.ts';
import { SourceRefused } from '../repository/layout.ts';
import { snapshotOf } from '../repository/snapshot-of.ts';
import { commitSchema, comparisonSchema, refSchema, repositorySchema, shaSchema } from './answers.ts';
import { createBlobReader } from './blobs.ts';
import { notThere } from './failures.ts';
import type { GithubClient } from './github-client.ts';
import { readTree } from './tree.ts';

export interface GithubSourceOptions {
  readonly client: GithubClient;
  /** The repository's default branch when absent. */
  readonly branch?: string;
  /** The catalog's root in the repository: empty, or `a/folder`. */
  readonly root: string;
  /** Of one reading. */
  readonly timeoutMs?: number;
}

interface Head {
  readonly branch: string;
  readonly commit: string;
}

const defaultBranch = async (client: GithubClient, signal: AbortSignal): Promise<string> => {
  const found = await client.revalidate({ route: 'GET /repos/{owner}/{repo}', schema: repositorySchema, signal });
  if (!found) throw notThere(client.name);
  return found.default_branch;
};

const headOf = async (client: GithubClient, configured: string | undefined, signal: AbortSignal): Promise<Head> => {
  const branch = configured ?? (await defaultBranch(client, signal));
  const found = await client.revalidate({
    route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
    parameters: { ref: `heads/${branch}` },
    schema: refSchema,
    signal,
  });
  if (found?.ref === `refs/heads/${branch}`) return { branch, commit: found.object.sha };
  // Of a repository that may not be read GitHub says the same as of a branch that is not there.
  await defaultBranch(client, signal);
  throw new SourceRefused(`${client.name} has no branch ${branch}`);
};

/** Whether the commit does not continue the known one. What GitHub does not know any more it does not continue. */
const isForced = async (client: GithubClient, known: KnownCommit | null, head: Head, signal: AbortSignal) => {
  const isSame = known?.branch === head.branch && known.commit !== head.commit;
  if (!known || !isSame || !shaSchema.safeParse(known.commit).success) return false;
  const compared = await client.find({
    route: 'GET /repos/{owner}/{repo}/compare/{base}...{head}',
    parameters: { base: known.commit, head: head.commit, per_page: 1 },
    schema: comparisonSchema,
    signal,
  });
  return !compared || compared.status === 'diverged' || compared.status === 'behind';
};

/** A catalog on GitHub, read through its REST API: nothing is kept on disk, and only what changed is asked for. */
export const createGithubSource = ({
  client,
  branch,
  root,
  timeoutMs = 240_000,
}: GithubSourceOptions): CatalogSource => {
  const name = root === '' ? client.name : `${client.name} (${root})`;
  const place = { name: client.name, root };
  const readBlobs = createBlobReader(client);

  const read = async (known: KnownCommit | null, head: Head, signal: AbortSignal): Promise<Snapshot> => {
    const forced = await isForced(client, known, head, signal);
    const { tree } = await client.call({
      route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
      parameters: { commit_sha: head.commit },
      schema: commitSchema,
      signal,
    });
    const entries = await readTree(client, tree.sha, place, signal);
    return snapshotOf({ ...head, forced, entries, readBlobs: (blobs) => readBlobs(blobs, signal) }, place);
  };

  return {
    name,
    read: async (known, when) => {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const head = await headOf(client, branch, signal);
        const isSame = known?.commit === head.commit && known.branch === head.branch;
        return ok(isSame && when === 'if-changed' ? 'unchanged' : await read(known, head, signal));
      } catch (error) {
        if (!(error instanceof SourceRefused || error instanceof TransientError)) throw error;
        return err({ kind: 'source-unreadable', reason: error.message });
      }
    },
  };
};
