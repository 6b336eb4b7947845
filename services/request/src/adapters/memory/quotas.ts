import {
  counterKey,
  type ExceededQuota,
  stateOfUnits,
  takeUnits,
  type UnitState,
  type Used,
} from '../../core/domain/quota.ts';
import type { QuotaCounter, Request } from '../../core/domain/request.ts';
import type { Onlooker, Quotas, QuotaUsage } from '../../core/ports/quotas.ts';
import type { NextVersion, QuotaRelease, Submission } from '../../core/ports/request-store.ts';

export interface MemoryUnits {
  readonly requests: ReadonlyMap<string, Request>;
  /** Of each request that uses quotas, in their order. */
  readonly units: Map<string, readonly UnitState[]>;
}

/** What is in the way of these requests; empty when they fit. */
export const exceededBy = (state: MemoryUnits, { requests }: Submission): readonly ExceededQuota[] => {
  const quotas = requests.map(({ request }) => request.quota);
  const [first] = requests;
  if (!first || quotas.every((quota) => quota === null)) return [];
  return takeUnits(quotas, usedBy(state, first.request.tenantId));
};

/** Reserves, commits and releases what a request uses, as its next version has it. */
export const moveUnits = ({ units }: MemoryUnits, next: NextVersion | QuotaRelease): void => {
  const { id, quota, status } = next.request;
  if (quota === null) return;
  const releases = 'releases' in next ? next.releases : [];
  const before = units.get(id) ?? quota.map(() => 'reserved' as const);
  const settled = before.map((state) => (state === 'reserved' ? stateOfUnits(status) : state));
  units.set(
    id,
    settled.map((state, index) => (state === 'committed' && releases.includes(index + 1) ? 'released' : state)),
  );
};

const usageIn = ({ requests, units }: MemoryUnits, tenantId: string): Map<string, QuotaUsage> => {
  const usage = new Map<string, QuotaUsage>();
  for (const request of requests.values()) {
    if (request.tenantId !== tenantId) continue;
    for (const [index, { resource, per, scope, max }] of (request.quota ?? []).entries()) {
      const key = counterKey({ resource, per, scope });
      const { reserved, committed } = usage.get(key) ?? { reserved: 0, committed: 0 };
      const state = units.get(request.id)?.[index];
      usage.set(key, {
        ...{ resource, per, scope, max },
        reserved: reserved + Number(state === 'reserved'),
        committed: committed + Number(state === 'committed'),
      });
    }
  }
  return usage;
};

const usedBy = (state: MemoryUnits, tenantId: string): Used =>
  new Map([...usageIn(state, tenantId)].map(([key, { reserved, committed }]) => [key, reserved + committed]));

export const createMemoryQuotas = (state: MemoryUnits): Quotas => ({
  used: async (tenantId, counters) => {
    const used = usedBy(state, tenantId);
    return counters.map((counter) => used.get(counterKey(counter)) ?? 0);
  },
  unitStates: async (requestId) => state.units.get(requestId) ?? [],
  list: async ({ tenantId, seenBy, resource, team, limit, after }) =>
    [...usageIn(state, tenantId).values()]
      .filter(({ reserved, committed }) => reserved + committed > 0)
      .filter((row) => (resource ?? row.resource) === row.resource)
      .filter(({ per, scope }) => team === undefined || (per === 'team' && scope === team))
      .filter((row) => seenBy === undefined || isSeenBy(row, seenBy))
      .toSorted(compare)
      .filter((row) => after === undefined || compare(row, after) > 0)
      .slice(0, limit),
});

const isSeenBy = ({ per, scope }: QuotaCounter, { teams, email }: Onlooker): boolean =>
  per === 'tenant' || (per === 'team' ? teams.includes(scope) : scope === email);

const compare = (a: QuotaCounter, b: QuotaCounter): number =>
  order(a.resource, b.resource) || order(a.per, b.per) || order(a.scope, b.scope);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
