import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { err, errorMessage, ok, type Result } from '@pao/kernel';
import type { CatalogSource, Snapshot, SourceFailure } from '../../core/ports/catalog-source.ts';
import { type CatalogFile, FolderRefused, listCatalogFolder } from './entries.ts';
import { type ReadOutcome, readDocument } from './read-document.ts';

/** Files open at once. */
const BATCH = 64;
/** Of all files together; they are held in memory while they are checked. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** How often a folder that changes while it is read is read again before it is taken as it is. */
const MAX_READS = 4;

const readAll = async (files: readonly CatalogFile[]): Promise<readonly ReadOutcome[]> => {
  const outcomes: ReadOutcome[] = [];
  let total = 0;
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = await Promise.all(files.slice(at, at + BATCH).map(readDocument));
    total = batch.reduce((sum, { content }) => sum + content.length, total);
    if (total > MAX_TOTAL_BYTES) throw new FolderRefused(`the documents are over ${MAX_TOTAL_BYTES / 1024 / 1024} MiB`);
    outcomes.push(...batch);
  }
  return outcomes;
};

const readOnce = async (folder: string): Promise<Snapshot> => {
  const { files, refused } = await listCatalogFolder(folder);
  const outcomes = await readAll(files);
  const digest = createHash('sha256');
  const add = (path: string, content: Uint8Array | string): void => {
    digest.update(JSON.stringify([path, content.length]));
    digest.update(content);
  };
  for (const [index, { content }] of outcomes.entries()) add(files[index]?.path ?? '', content);
  for (const { path, code } of refused) add(path, code);
  return {
    commit: digest.digest('hex'),
    files: outcomes.flatMap((outcome) => ('file' in outcome ? outcome.file : [])),
    unreadable: [...refused, ...outcomes.flatMap((outcome) => ('refused' in outcome ? outcome.refused : []))],
  };
};

/** Reads until two readings agree: a checkout or a copy under way would else give half of one commit and half of the next. */
const readSettled = async (folder: string, known: string | null): Promise<Snapshot> => {
  let snapshot = await readOnce(folder);
  for (let reads = 1; reads < MAX_READS && snapshot.commit !== known; reads += 1) {
    const again = await readOnce(folder);
    if (again.commit === snapshot.commit) return again;
    snapshot = again;
  }
  return snapshot;
};

const reasonOf = (folder: string, error: unknown): string => {
  if (error instanceof FolderRefused) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${folder} does not exist`;
  if (code === 'ENOTDIR') return `${folder} is not a folder`;
  if (code === 'EACCES' || code === 'EPERM') return `${folder} may not be read`;
  return `${folder} cannot be read: ${errorMessage(error)}`;
};

/** A catalog repository in a folder. Its commit is the digest of its documents, whatever git says of them. */
export const createFolderSource = (path: string): CatalogSource => {
  const folder = resolve(path);
  return {
    name: folder,
    read: async (known): Promise<Result<Snapshot, SourceFailure>> => {
      try {
        return ok(await readSettled(folder, known));
      } catch (error) {
        return err({ kind: 'source-unreadable', reason: reasonOf(folder, error) });
      }
    },
  };
};
