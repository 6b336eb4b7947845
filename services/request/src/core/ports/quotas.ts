import type { UnitState } from '../domain/quota.ts';
import type { QuotaCounter } from '../domain/request.ts';

export interface QuotaUsage extends QuotaCounter {
  readonly reserved: number;
  readonly committed: number;
  /** Of the document that was asked for last. */
  readonly max: number;
}

/** Whose numbers may be seen: those of these teams, this person's, and what nobody is alone in. */
export interface Onlooker {
  readonly teams: readonly string[];
  readonly email: string;
}

export interface QuotaFilter {
  readonly tenantId: string;
  /** Absent: everybody's. */
  readonly seenBy?: Onlooker;
  readonly resource?: string;
  readonly team?: string;
  readonly limit: number;
  readonly after?: QuotaCounter;
}

/** How much of quotas is used. What changes it stands in `RequestStore`: it changes with requests, in the same step. */
export interface Quotas {
  /** What is used of each of these, in their order. */
  used(tenantId: string, counters: readonly QuotaCounter[]): Promise<readonly number[]>;
  /** Of the units of a request, in their order. */
  unitStates(requestId: string): Promise<readonly UnitState[]>;
  /** By resource, then by whose it is; counters nobody uses anything of are left out. */
  list(filter: QuotaFilter): Promise<readonly QuotaUsage[]>;
}
