import { type CatalogDocument, type CostExpression, parseCost } from '@pao/documents';
import type { JsonObject, Result } from '@pao/kernel';
import type { Plan, Selection } from './plan.ts';
import type { Cost } from './request.ts';

export interface Estimate {
  /** By currency, in alphabetical order; empty when no document gives a cost. */
  readonly cost: readonly Cost[];
  /** Ids of the documents whose cost is not in it, with the reason. */
  readonly unpriced: readonly { readonly catalogId: string; readonly reason: string }[];
}

type Price = { readonly cost: Cost } | { readonly unpriced: Estimate['unpriced'][number] };

/** What the documents say it costs with this input. Every component of a bundle counts; a bundle has no cost of its own. */
export const estimateOf = (selection: Selection, plan: Plan): Estimate => {
  const prices = pricedParts(selection, plan).map(([document, current]) => priceOf(document, current));
  return {
    cost: sumCosts(prices.flatMap((price) => ('cost' in price ? [price.cost] : []))),
    unpriced: prices.flatMap((price) => ('unpriced' in price ? [price.unpriced] : [])),
  };
};

/** What is kept of an estimate; null when no document gives a cost. */
export const costOf = (selection: Selection, plan: Plan): readonly Cost[] | null => {
  const { cost } = estimateOf(selection, plan);
  return cost.length > 0 ? cost : null;
};

/** Costs added up by currency, to the cent. */
export const sumCosts = (costs: readonly Cost[]): readonly Cost[] => {
  const sums = new Map<string, number>();
  for (const { currency, monthly } of costs) sums.set(currency, (sums.get(currency) ?? 0) + monthly);
  return [...sums]
    .map(([currency, monthly]) => ({ currency, monthly: Math.round(monthly * 100) / 100 }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
};

/** Each document that may have a cost, with what it is evaluated over. */
const pricedParts = ({ main, items }: Selection, plan: Plan): readonly (readonly [CatalogDocument, JsonObject])[] => {
  if (main.document.kind === 'CatalogItem') return [[main.document, plan.input]];
  const components = new Map(plan.tasks.map((task) => [task.component, task]));
  return [...components.values()].flatMap(({ catalog, input }): [CatalogDocument, JsonObject][] => {
    const item = items.get(catalog.id);
    return item ? [[item.document, input.values]] : [];
  });
};

const priceOf = (document: CatalogDocument, current: JsonObject): Price => {
  const { id: catalogId } = document.metadata;
  const cost = 'cost' in document ? document.cost : undefined;
  if (cost === undefined) return { unpriced: { catalogId, reason: 'the document gives no cost' } };
  const monthly = evaluate(document, cost.monthly, current);
  if (!monthly.ok) return { unpriced: { catalogId, reason: monthly.error.message } };
  return { cost: { currency: cost.currency, monthly: monthly.value } };
};

const expressions = new WeakMap<CatalogDocument, ReturnType<typeof parseCost>>();

const evaluate = (
  document: CatalogDocument,
  source: number | string,
  current: JsonObject,
): ReturnType<CostExpression['evaluate']> => {
  const parsed: Result<CostExpression, { readonly kind: 'cost'; readonly message: string }> =
    expressions.get(document) ?? parseCost(source);
  expressions.set(document, parsed);
  return parsed.ok ? parsed.value.evaluate({ current }) : parsed;
};
