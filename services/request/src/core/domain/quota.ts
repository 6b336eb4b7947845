import type { CatalogDocument } from '@pao/documents';
import type { Plan, Selection } from './plan.ts';
import type { QuotaCounter, QuotaUnit, Request, Requester } from './request.ts';
import type { RequestStatus } from './transitions.ts';

/** `reserved` until the request ends; then `committed`, or `released` when it was aborted or what it made is gone. */
export type UnitState = 'reserved' | 'committed' | 'released';

/** Who asks, as far as quotas distinguish. */
export interface QuotaHolder {
  readonly tenantId: string;
  readonly requester: Requester;
  /** For which of their teams. */
  readonly team: string | null;
}

/** What becomes of one counter. */
export interface QuotaEffect extends QuotaCounter {
  readonly used: number;
  readonly after: number;
  readonly max: number;
  readonly wouldExceed: boolean;
}

/** What is used so far, by `counterKey`; 0 where nothing is said. */
export type Used = Map<string, number>;

/** Within one tenant. */
export const counterKey = ({ resource, per, scope }: QuotaCounter): string => JSON.stringify([resource, per, scope]);

export const stateOfUnits = (status: RequestStatus): UnitState => {
  if (status === 'completed') return 'committed';
  return status === 'aborted' ? 'released' : 'reserved';
};

/** Whether nothing is reserved for the request any more: what it used is committed or released with the change that ends it. */
export const settlesQuota = ({ quota, status }: Request): boolean =>
  quota !== null && stateOfUnits(status) !== 'reserved';

/** What a request uses: one unit for its document and each component whose document sets a quota. Null: none does. */
export const quotaOf = (selection: Selection, plan: Plan, holder: QuotaHolder): readonly QuotaUnit[] | null => {
  const { main, items } = selection;
  if (!setsQuota(main.document) && ![...items.values()].some(({ document }) => setsQuota(document))) return null;
  const unitOf = (document: CatalogDocument | undefined, component: string | null): QuotaUnit[] => {
    if (!document?.policy?.quota) return [];
    const { id: catalogId } = document.metadata;
    const { per, max, resource = catalogId } = document.policy.quota;
    return [{ resource, ...scopeOf(per, holder), max, catalogId, component }];
  };
  const components = new Map(plan.tasks.map(({ component, catalog }) => [component, catalog.id]));
  const units = [
    ...unitOf(main.document, null),
    ...[...components].flatMap(([component, id]) =>
      component === null ? [] : unitOf(items.get(id)?.document, component),
    ),
  ];
  return units.length > 0 ? units : null;
};

const setsQuota = ({ policy }: CatalogDocument): boolean => policy?.quota !== undefined;

/** Who is in no team is counted alone. */
const scopeOf = (
  per: QuotaCounter['per'],
  { tenantId, requester, team }: QuotaHolder,
): Pick<QuotaCounter, 'per' | 'scope'> => {
  if (per === 'tenant') return { per, scope: tenantId };
  return per === 'team' && team !== null ? { per, scope: team } : { per: 'user', scope: requester.email };
};

/** What these units would make of their counters; `used` is left as it is. */
export const effectsOf = (units: readonly QuotaUnit[], used: Used): readonly QuotaEffect[] => {
  const effects = new Map<string, QuotaEffect>();
  for (const unit of units) {
    const { resource, per, scope, max } = unit;
    const key = counterKey(unit);
    const before = effects.get(key) ?? { used: used.get(key) ?? 0, after: used.get(key) ?? 0, max, wouldExceed: false };
    const after = before.after + 1;
    // Documents that share a resource may each have a limit of their own: the one that is in the way is told.
    const tightest = before.wouldExceed ? before.max : after > max ? max : Math.min(before.max, max);
    effects.set(key, {
      ...{ resource, per, scope },
      ...{ used: before.used, after, max: tightest, wouldExceed: before.wouldExceed || after > max },
    });
  }
  return [...effects.values()];
};

/** The effects of requests one after the other, each counted on top of those before it. `used` is what it is after them. */
export const effectsInOrder = (
  requests: readonly (readonly QuotaUnit[] | null)[],
  used: Used,
): readonly (readonly QuotaEffect[])[] =>
  requests.map((units) => {
    const effects = effectsOf(units ?? [], used);
    for (const effect of effects) used.set(counterKey(effect), effect.after);
    return effects;
  });

/** Of the requests of a submission, by their place in it: what a quota does not leave. */
export interface ExceededQuota extends QuotaEffect {
  readonly index: number;
}

/** Takes what these requests use, together or not at all: what is in the way, and `used` as it was, when a quota is exceeded. */
export const takeUnits = (requests: readonly (readonly QuotaUnit[] | null)[], used: Used): readonly ExceededQuota[] => {
  const after = new Map(used);
  const exceeded = effectsInOrder(requests, after).flatMap((effects, index) =>
    effects.filter(({ wouldExceed }) => wouldExceed).map((effect) => ({ index, ...effect })),
  );
  if (exceeded.length === 0) for (const [key, count] of after) used.set(key, count);
  return exceeded;
};
