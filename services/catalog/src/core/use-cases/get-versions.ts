import { err, ok, type Result } from '@pao/kernel';
import type { DocumentVersion, VersionDocument, VersionStore } from '../ports/version-store.ts';

export interface VersionNotKept {
  readonly kind: 'not-kept';
  readonly id: string;
  /** Undefined where there never was such a document. */
  readonly revision: number | undefined;
}

export type GetVersions = (id: string) => Promise<Result<readonly DocumentVersion[], VersionNotKept>>;
export type GetVersion = (id: string, revision: number) => Promise<Result<VersionDocument, VersionNotKept>>;

export const createGetVersions =
  (store: VersionStore): GetVersions =>
  async (id) => {
    const versions = await store.versions(id);
    return versions.length > 0 ? ok(versions) : err({ kind: 'not-kept', id, revision: undefined });
  };

export const createGetVersion =
  (store: VersionStore): GetVersion =>
  async (id, revision) => {
    const version = await store.version(id, revision);
    return version ? ok(version) : err({ kind: 'not-kept', id, revision });
  };
