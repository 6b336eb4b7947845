import type { AttentionKind, Finding, StoredRecord } from '../domain/attention.ts';

/** Milliseconds without news. */
export interface Patience {
  /** Queued, aborting, escalating, unpublished. */
  readonly queuedMs: number;
  readonly processingMs: number;
  readonly waitingMs: number;
}

/** Which records are read: those of requests that are not over, or of those created since a moment that are. */
export type RecordWalk = { readonly kind: 'active' } | { readonly kind: 'ended'; readonly since: Date };

/** Opaque: where a walk goes on. */
export type WalkPlace = readonly string[];

/** Reads what may be wrong. It changes nothing. */
export interface RecordReader {
  silentTasks(query: {
    readonly at: Date;
    readonly patience: Patience;
    readonly limit: number;
  }): Promise<readonly Finding[]>;
  unpublished(query: { readonly at: Date; readonly patience: Patience }): Promise<readonly Finding[]>;
  /** Pools that had announced themselves and are silent, while tasks wait for them. */
  silentPools(query: { readonly at: Date; readonly limit: number }): Promise<readonly Finding[]>;
  quotaMismatches(query: { readonly at: Date; readonly limit: number }): Promise<readonly Finding[]>;
  records(
    walk: RecordWalk,
    page: { readonly after?: WalkPlace; readonly limit: number },
  ): Promise<{ readonly records: readonly StoredRecord[]; readonly next: WalkPlace | undefined }>;
}

export interface ListedFinding extends Finding {
  readonly foundAt: Date;
}

export type FindingPlace = Pick<Finding, 'since' | 'kind' | 'subject'>;

/** What was found last. */
export interface Attention {
  /** Puts findings in the place of all earlier ones of these kinds. Returns those that are new. */
  replace(kinds: readonly AttentionKind[], findings: readonly Finding[], at: Date): Promise<readonly Finding[]>;
  /** Those that concern a tenant, oldest first, after a place. */
  list(
    tenantId: string,
    page: { readonly after?: FindingPlace; readonly limit: number },
  ): Promise<readonly ListedFinding[]>;
  counts(): Promise<readonly { readonly kind: string; readonly count: number }[]>;
}
