import type { Change } from '../domain/audit.ts';

/** A row of the audit and where it belongs. */
export interface AuditRow extends Change {
  readonly requestId: string;
  /** By the clock of the database; the hash does not cover it. */
  readonly recordedAt: Date;
}

export interface AuditFilter {
  readonly tenantId: string;
  readonly requestId?: string;
  readonly actor?: string;
  readonly change?: string;
  readonly catalogItemId?: string;
  readonly bundleId?: string;
  /** Then or later. */
  readonly since?: Date;
  /** Before then. */
  readonly until?: Date;
}

/** A place in a chain. */
export interface ChainPlace {
  readonly requestId: string;
  readonly sequence: number;
}

/** A place in the audit of all requests by time. */
export interface AuditPlace extends ChainPlace {
  readonly at: Date;
}

/** The audit of one request as it is stored, and where the request says that it ends; null when it says nothing. */
export interface StoredChain {
  readonly requestId: string;
  readonly rows: readonly AuditRow[];
  readonly claimed: { readonly sequence: number; readonly hash: string } | null;
}

/** Reads of the audit for those who check it. All are a tenant's own. */
export interface AuditReader {
  /** Latest first: rows before a place. */
  latest(
    filter: AuditFilter,
    page: { readonly before?: AuditPlace; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  /** By request, each oldest first: rows after a place. */
  inChains(
    filter: AuditFilter,
    page: { readonly after?: ChainPlace; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  /** Chains of the requests after one, in the order of ids, each with its end as of the same moment. */
  chains(
    tenantId: string,
    page: { readonly requestId?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredChain[]>;
  /** The latest moment before which no row can be added any more. */
  settledUntil(): Promise<Date>;
  /** The last row of each request recorded before a moment, sequence 0 where there is none; in the order of ids, after one. */
  heads(
    tenantId: string,
    page: { readonly upTo: Date; readonly after?: string; readonly limit: number },
  ): Promise<readonly (ChainPlace & { readonly hash: string })[]>;
}
