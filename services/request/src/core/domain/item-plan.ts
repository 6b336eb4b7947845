import type { NeededApproval } from './approval.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import { neededApprovals } from './needed-approvals.ts';
import type { Plan, Selection } from './plan.ts';
import { planDigest } from './plan-digest.ts';
import { coveredInput, type TaskView, type ViewOptions, viewTasks } from './plan-view.ts';
import type { CatalogReference } from './request.ts';

/** What an item or a bundle would come down to, before it is asked for. */
export interface ItemPlan {
  readonly plan: Plan;
  /** Every document that takes part. */
  readonly documents: readonly CatalogReference[];
  readonly input: ReturnType<typeof coveredInput>;
  readonly tasks: readonly TaskView[];
  readonly estimate: Estimate;
  /** Who would have to approve it. Follows from documents, input and requester, so it has no part of its own in the digest. */
  readonly approvals: readonly NeededApproval[];
  readonly digest: string;
}

export const itemPlanOf = (selection: Selection, plan: Plan, options: ViewOptions): ItemPlan => {
  const parts = {
    documents: [selection.main, ...selection.items.values()].map(({ reference }) => reference),
    input: coveredInput(plan),
    tasks: viewTasks(plan, options),
    estimate: estimateOf(selection, plan),
  };
  return { plan, ...parts, approvals: neededApprovals(selection, plan, options), digest: planDigest(parts, options) };
};
