import type { Onlooker } from './quotas.ts';

/** What a month of some requests is estimated to cost in one currency. */
export interface CostTotal {
  /** The team (null: nobody's), the document, or the month (UTC, `2026-11`) of submission. */
  readonly key: string | null;
  readonly currency: string;
  /** Of requests that have not ended. */
  readonly reserved: number;
  /** Of completed ones. */
  readonly committed: number;
  readonly requests: number;
}

export type CostGroup = 'team' | 'item' | 'month';

export interface CostFilter {
  readonly tenantId: string;
  readonly groupBy: CostGroup;
  /** Absent: everybody's. */
  readonly seenBy?: Onlooker;
  readonly team?: string;
  /** Submitted then or later, and before `until`. */
  readonly since?: Date;
  readonly until?: Date;
  readonly limit: number;
  readonly after?: Pick<CostTotal, 'key' | 'currency'>;
}

/** Estimated costs of requests that were not aborted, added up. By key (null first), then by currency. */
export interface CostTotals {
  list(filter: CostFilter): Promise<readonly CostTotal[]>;
}
