import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { CatalogFile, CatalogFolder } from './entries.ts';

/** Files asked at once. */
const BATCH = 256;
/** Two writes within the file system's resolution of time look like one; what changed so recently is read again. */
const SETTLED_MS = 2_000;

/** Names the state of the files as the file system tells it, without reading them. */
export interface Fingerprint {
  readonly digest: string;
  /** Whether no later change could look the same. */
  readonly settled: boolean;
}

const stateOf = async ({ path, location }: CatalogFile): Promise<readonly [text: string, changedMs: number]> => {
  const stats = await stat(location, { bigint: true });
  const { ino, size, mtimeNs, ctimeNs } = stats;
  return [JSON.stringify([path, location, `${ino} ${size} ${mtimeNs} ${ctimeNs}`]), Number(stats.ctimeMs)];
};

export const fingerprintOf = async ({ files, refused, codeowners }: CatalogFolder): Promise<Fingerprint> => {
  const digest = createHash('sha256');
  const all = codeowners ? [...files, codeowners] : files;
  const startedAt = Date.now();
  let newest = 0;
  for (let at = 0; at < all.length; at += BATCH) {
    for (const [text, changedMs] of await Promise.all(all.slice(at, at + BATCH).map(stateOf))) {
      digest.update(text);
      newest = Math.max(newest, changedMs);
    }
  }
  for (const { path, code } of refused) digest.update(JSON.stringify([path, code]));
  return { digest: digest.digest('hex'), settled: newest < startedAt - SETTLED_MS };
};
