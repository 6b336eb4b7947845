import type { ErrorDetail } from '@pao/contracts';
import { type ItemPlan, itemPlanOf } from '../domain/item-plan.ts';
import type { ViewOptions } from '../domain/plan-view.ts';
import type { PlannedItem, RequestedItem } from './plan-items.ts';

/** Something is not as the caller was shown it. */
export interface PlanChanged {
  readonly kind: 'plan-changed';
  readonly details: readonly ErrorDetail[];
}

/** The items whose plan, made now, is another one than the caller agreed to. The old plan is not kept, so what is now is told. */
export const changedPlans = (
  items: readonly RequestedItem[],
  planned: readonly PlannedItem[],
  options: ViewOptions,
): PlanChanged | undefined => {
  const details = items.flatMap(({ planDigest }, index): ErrorDetail[] => {
    const item = planned[index];
    if (planDigest === undefined || !item) return [];
    const now = itemPlanOf(item.selection, item.plan, options);
    return now.digest === planDigest ? [] : [{ field: `items[${index}].planDigest`, issue: issueOf(now) }];
  });
  return details.length > 0 ? { kind: 'plan-changed', details } : undefined;
};

const issueOf = ({ plan, documents, tasks, estimate }: ItemPlan): string => {
  const [main, ...others] = documents.map(({ id, version, hash }) => `${id} ${version} (hash ${hash.slice(0, 12)})`);
  const cost = estimate.cost.map(({ currency, monthly }) => `${currency} ${monthly.toFixed(2)} a month`).join(' and ');
  return [
    `is of another plan than the one of now: ${main}${others.length > 0 ? ` with ${others.join(', ')}` : ''}`,
    `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} for ${plan.name}`,
    `${cost === '' ? 'no cost given' : cost}; plan again and look at it`,
  ].join(', ');
};
