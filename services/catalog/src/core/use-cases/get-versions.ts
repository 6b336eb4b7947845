import { visibleTeams } from '@pao/documents';
import { err, ok, type Result } from '@pao/kernel';
import { maySee, type Viewer } from '../domain/viewer.ts';
import type { DocumentVersion, VersionDocument, VersionStore } from '../ports/version-store.ts';
import { typed } from './offered-documents.ts';

export interface VersionNotKept {
  readonly kind: 'not-kept';
  readonly id: string;
  /** Undefined where there never was such a document. */
  readonly revision: number | undefined;
}

export type GetVersions = (id: string, viewer: Viewer) => Promise<Result<readonly DocumentVersion[], VersionNotKept>>;
export type GetVersion = (
  id: string,
  revision: number,
  viewer: Viewer,
) => Promise<Result<VersionDocument, VersionNotKept>>;

/** The newest version says who may see any of them. */
export const createGetVersions =
  (store: VersionStore): GetVersions =>
  async (id, viewer) => {
    const versions = await store.versions(id);
    const newest = versions[0] && (await store.version(id, versions[0].revision));
    const visible = newest !== undefined && maySee(visibilityOf(newest), viewer);
    return visible ? ok(versions) : err({ kind: 'not-kept', id, revision: undefined });
  };

const visibilityOf = (version: VersionDocument) => {
  const document = typed(version);
  return { visibleTeams: visibleTeams(document), owner: document.metadata.owner ?? null };
};

export const createGetVersion = (store: VersionStore): GetVersion => {
  const getVersions = createGetVersions(store);
  return async (id, revision, viewer) => {
    const versions = await getVersions(id, viewer);
    if (!versions.ok) return versions;
    const version = await store.version(id, revision);
    return version ? ok(version) : err({ kind: 'not-kept', id, revision });
  };
};
