import type { DataOf, planRequests } from '@pao/contracts';
import { sumCosts } from '../domain/estimate.ts';
import type { ItemPlan } from '../domain/item-plan.ts';
import { counterKey, effectsInOrder, type QuotaEffect } from '../domain/quota.ts';
import type { QuotaUnit } from '../domain/request.ts';
import type { CostTotals } from '../ports/cost-totals.ts';
import type { Quotas } from '../ports/quotas.ts';
import type { PlannedItem } from './plan-items.ts';

type CostEffect = DataOf<typeof planRequests>['costEffect'];

/** What each item would make of quotas as they are now, counted on top of those before it. */
export const quotaEffectsOf = async (
  quotas: Pick<Quotas, 'used'>,
  tenantId: string,
  planned: readonly PlannedItem[],
): Promise<readonly (readonly QuotaEffect[])[]> => {
  const counters = new Map<string, QuotaUnit>();
  for (const unit of planned.flatMap(({ quota }) => quota ?? [])) counters.set(counterKey(unit), unit);
  if (counters.size === 0) return [];
  const counts = await quotas.used(tenantId, [...counters.values()]);
  const used = new Map([...counters.keys()].map((key, index) => [key, counts[index] ?? 0]));
  return effectsInOrder(
    planned.map(({ quota }) => quota),
    used,
  );
};

interface Priced {
  readonly team: string | null;
  readonly itemPlan: ItemPlan;
}

/** More currencies than any team has. */
const MAX_CURRENCIES = 200;

/** What each team's month would come to. Who is in no team shares it with nobody. */
export const costEffectOf = async (
  costs: CostTotals,
  tenantId: string,
  plans: readonly Priced[],
): Promise<CostEffect> => {
  const effects: CostEffect = [];
  for (const [team, own] of Map.groupBy(plans, (plan) => plan.team)) {
    const added = sumCosts(own.flatMap(({ itemPlan }) => itemPlan.estimate.cost));
    if (team === null || added.length === 0) continue;
    const totals = await costs.list({ tenantId, groupBy: 'team', team, limit: MAX_CURRENCIES });
    for (const { currency, monthly } of added) {
      const now = totals.find((total) => total.currency === currency);
      const before = toCents((now?.reserved ?? 0) + (now?.committed ?? 0));
      effects.push({ team, currency, before, after: toCents(before + monthly) });
    }
  }
  return effects;
};

const toCents = (amount: number): number => Math.round(amount * 100) / 100;
