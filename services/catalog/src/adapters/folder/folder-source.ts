import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { MAX_CODEOWNERS_BYTES } from '@pao/documents';
import { err, errorMessage, ok } from '@pao/kernel';
import type { Finding } from '../../core/domain/finding.ts';
import type { CatalogSource, CodeownersFile, Snapshot } from '../../core/ports/catalog-source.ts';
import {
  ignoredCodeowners,
  MAX_TOTAL_BYTES,
  ownersProblem,
  SourceRefused,
  tooManyBytes,
} from '../repository/layout.ts';
import { type CatalogFile, type CatalogFolder, listCatalogFolder } from './entries.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type ReadOutcome, readDocument, readFileOf } from './read-document.ts';

/** Files open at once. */
const BATCH = 64;
/** How often a folder that changes while it is read is read again before it is taken as it is. */
const MAX_READS = 4;

const readAll = async (files: readonly CatalogFile[]): Promise<readonly ReadOutcome[]> => {
  const outcomes: ReadOutcome[] = [];
  let total = 0;
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = await Promise.all(files.slice(at, at + BATCH).map(readDocument));
    total = batch.reduce((sum, { content }) => sum + content.length, total);
    if (total > MAX_TOTAL_BYTES) throw tooManyBytes();
    outcomes.push(...batch);
  }
  return outcomes;
};

interface Owners {
  readonly codeowners: CodeownersFile | null;
  readonly findings: readonly Finding[];
  readonly content: Uint8Array | string;
}

const readOwners = async (file: CatalogFile | undefined): Promise<Owners> => {
  if (!file) return { codeowners: null, findings: [], content: '' };
  const outcome = await readFileOf(file, MAX_CODEOWNERS_BYTES);
  const { content } = outcome;
  if ('file' in outcome) return { codeowners: { ...outcome.file, root: '' }, findings: [], content };
  return { codeowners: null, findings: [ignoredCodeowners(file.path, ownersProblem(outcome.refused.code))], content };
};

const readOnce = async ({ files, refused, codeowners: ownersFile }: CatalogFolder): Promise<Snapshot> => {
  const outcomes = await readAll(files);
  const owners = await readOwners(ownersFile);
  const digest = createHash('sha256');
  const add = (path: string, content: Uint8Array | string): void => {
    digest.update(JSON.stringify([path, content.length]));
    digest.update(content);
  };
  for (const [index, { content }] of outcomes.entries()) add(files[index]?.path ?? '', content);
  for (const { path, code } of refused) add(path, code);
  if (ownersFile) add(ownersFile.path, owners.content);
  const unreadable = outcomes.flatMap((outcome) => ('refused' in outcome ? outcome.refused : []));
  return {
    commit: digest.digest('hex'),
    branch: null,
    files: outcomes.flatMap((outcome) => ('file' in outcome ? outcome.file : [])),
    unreadable: [...refused, ...unreadable, ...owners.findings],
    codeowners: owners.codeowners,
    forced: false,
  };
};

/** Reads until two readings agree: a checkout or a copy under way would else give half of one commit and half of the next. */
const readSettled = async (folder: string, listed: CatalogFolder, known: string | undefined): Promise<Snapshot> => {
  let snapshot = await readOnce(listed);
  for (let reads = 1; reads < MAX_READS && snapshot.commit !== known; reads += 1) {
    const again = await readOnce(await listCatalogFolder(folder));
    if (again.commit === snapshot.commit) return again;
    snapshot = again;
  }
  return snapshot;
};

const reasonOf = (folder: string, error: unknown): string => {
  if (error instanceof SourceRefused) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${folder} does not exist`;
  if (code === 'ENOTDIR') return `${folder} is not a folder`;
  if (code === 'EACCES' || code === 'EPERM') return `${folder} may not be read`;
  return `${folder} cannot be read: ${errorMessage(error)}`;
};

/**
 * A catalog repository in a folder. Its commit is the digest of its documents and of CODEOWNERS, whatever git says of them. Files
 * of which the file system tells nothing new are not read again.
 */
export const createFolderSource = (path: string): CatalogSource => {
  const folder = resolve(path);
  let held: { readonly fingerprint: string; readonly commit: string } | undefined;

  const read: CatalogSource['read'] = async (known, when) => {
    const listed = await listCatalogFolder(folder);
    const fingerprint = await fingerprintOf(listed);
    const expected = when === 'if-changed' ? known?.commit : undefined;
    const isHeld = held?.fingerprint === fingerprint.digest && held.commit === expected;
    if (isHeld) return ok('unchanged');
    const snapshot = await readSettled(folder, listed, known?.commit);
    held = fingerprint.settled ? { fingerprint: fingerprint.digest, commit: snapshot.commit } : undefined;
    return ok(snapshot.commit === expected ? 'unchanged' : snapshot);
  };

  return {
    name: folder,
    read: async (known, when) => {
      try {
        return await read(known, when);
      } catch (error) {
        return err({ kind: 'source-unreadable', reason: reasonOf(folder, error) });
      }
    },
  };
};
