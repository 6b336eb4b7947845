import { type DocumentDiff, diffDocuments } from '@pao/catalog-tools';
import { err, ok, type Result } from '@pao/kernel';
import type { Viewer } from '../domain/viewer.ts';
import type { VersionDocument, VersionStore } from '../ports/version-store.ts';
import { createGetVersions, type VersionNotKept } from './get-versions.ts';
import { typed } from './offered-documents.ts';

export interface VersionsDiff extends DocumentDiff {
  readonly from: VersionDocument;
  readonly to: VersionDocument;
}

export interface DiffVersionsQuery {
  readonly viewer: Viewer;
  readonly id: string;
  /** A revision; the one before `to` when absent. */
  readonly from?: number;
  /** A revision; the newest when absent. */
  readonly to?: number;
}

/** `first-version`: nothing older is kept to compare with. */
export type NotCompared = VersionNotKept | { readonly kind: 'first-version'; readonly id: string };

export type DiffVersions = (query: DiffVersionsQuery) => Promise<Result<VersionsDiff, NotCompared>>;

export const createDiffVersions = (store: VersionStore): DiffVersions => {
  const getVersions = createGetVersions(store);
  return async ({ id, viewer, ...query }) => {
    const kept = await getVersions(id, viewer);
    if (!kept.ok) return kept;
    const to = query.to ?? kept.value[0]?.revision ?? 0;
    const from = query.from ?? kept.value.find(({ revision }) => revision < to)?.revision;
    const newer = await store.version(id, to);
    if (!newer) return err({ kind: 'not-kept', id, revision: to });
    if (from === undefined) return err({ kind: 'first-version', id });
    const older = await store.version(id, from);
    if (!older) return err({ kind: 'not-kept', id, revision: from });
    return ok({ ...diffDocuments(typed(older), typed(newer)), from: older, to: newer });
  };
};
