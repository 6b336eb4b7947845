import { createHash } from 'node:crypto';
import { SourceRefused } from '../repository/layout.ts';
import type { TreeEntry } from '../repository/select-entries.ts';
import { blobSchema } from './answers.ts';
import type { GithubClient } from './github-client.ts';

/** Calls at once: GitHub asks for few. */
const PARALLEL = 8;

/** The name that git gives a content. */
const nameOf = (content: Uint8Array, like: string): string =>
  createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');

const load = async (client: GithubClient, sha: string, signal: AbortSignal): Promise<Uint8Array> => {
  const { content } = await client.call({
    route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    parameters: { file_sha: sha },
    schema: blobSchema,
    signal,
  });
  const bytes = Buffer.from(content, 'base64');
  if (nameOf(bytes, sha) !== sha) throw new SourceRefused(`GitHub gives out another content than that of ${sha}`);
  return bytes;
};

/**
 * Reads blobs by their names, each once for as long as the catalog holds it. What was read before a failure is kept, so that a
 * large catalog gets whole even within a small rate limit.
 */
export const createBlobReader = (client: GithubClient) => {
  const held = new Map<string, Uint8Array>();

  return async (blobs: readonly TreeEntry[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> => {
    const wanted = new Set(blobs.map(({ sha }) => sha));
    for (const sha of held.keys()) if (!wanted.has(sha)) held.delete(sha);
    const missing = [...wanted].filter((sha) => !held.has(sha));
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const worker = async (): Promise<void> => {
      for (let sha = missing.shift(); sha !== undefined; sha = missing.shift()) {
        held.set(sha, await load(client, sha, either));
      }
    };
    const workers = Array.from({ length: Math.min(PARALLEL, missing.length) }, worker);
    try {
      await Promise.all(workers);
    } catch (error) {
      missing.length = 0;
      stop.abort();
      await Promise.allSettled(workers);
      throw error;
    }
    return new Map(held);
  };
};
