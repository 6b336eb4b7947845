import type { JsonObject } from '@pao/kernel';

/** One kept version of a document. */
export interface DocumentVersion {
  readonly id: string;
  readonly revision: number;
  readonly version: string;
  readonly hash: string;
  readonly commit: string;
  readonly publishedAt: Date;
  /** `retired`: the last version of a document that is no longer offered. */
  readonly state: 'offered' | 'replaced' | 'retired';
}

export interface VersionDocument extends DocumentVersion {
  readonly document: JsonObject;
}

/** The last ten versions of each document, also of retired ones. Every method throws TransientError while the store is away. */
export interface VersionStore {
  /** Newest first; none where there never was such a document. */
  versions(id: string): Promise<readonly DocumentVersion[]>;
  version(id: string, revision: number): Promise<VersionDocument | undefined>;
}
