import type { DataOf, planRequests as operation } from '@pao/contracts';
import { ok, type Result } from '@pao/kernel';
import { stepName } from '../domain/awaited-outputs.ts';
import { quoteCondition } from '../domain/condition.ts';
import { sumCosts } from '../domain/estimate.ts';
import { type ItemPlan, itemPlanOf } from '../domain/item-plan.ts';
import type { TaskView } from '../domain/plan-view.ts';
import { wordsOf } from '../domain/plan-words.ts';
import type { Pool } from '../domain/pools.ts';
import type { QuotaEffect } from '../domain/quota.ts';
import type { Requester } from '../domain/request.ts';
import type { CostTotals } from '../ports/cost-totals.ts';
import type { KnownPools } from '../ports/known-pools.ts';
import type { Quotas } from '../ports/quotas.ts';
import { plannedApprovalView } from './approval-views.ts';
import type { Dependencies } from './dependencies.ts';
import { timeoutOf } from './messages.ts';
import { costEffectOf, quotaEffectsOf } from './plan-effects.ts';
import { planItems, type Rejection, type RequestedItem } from './plan-items.ts';
import { effectView } from './quota-views.ts';

export type PlansView = DataOf<typeof operation>;
type ItemView = PlansView['items'][number];

export interface PlanCommand {
  readonly items: readonly RequestedItem[];
  readonly tenantId: string;
  readonly requester: Requester;
}

interface PlanDependencies extends Pick<Dependencies, 'catalog' | 'sealer' | 'platform' | 'digest'> {
  readonly quotas: Pick<Quotas, 'used'>;
  readonly costs: CostTotals;
  readonly pools: Pick<KnownPools, 'read'>;
}

/** For how long a plan may rest on an older catalog. */
const MAX_AGE_MS = 1_000;

/** What would happen if these items were asked for now. Nothing is stored and nothing is sent. */
export const planRequests =
  (dependencies: PlanDependencies) =>
  async ({ items, tenantId, requester }: PlanCommand): Promise<Result<PlansView, Rejection>> => {
    const { catalog, platform, digest } = dependencies;
    await catalog.refresh(MAX_AGE_MS);
    const planned = await planItems(dependencies, items, { tenantId, requester, obstacles: 'tell' });
    if (!planned.ok) return planned;
    const effects = await quotaEffectsOf(dependencies.quotas, tenantId, planned.value.planned);
    const plans = planned.value.planned.map(({ plan, selection, team, obstacles }, index) => ({
      obstacles,
      quota: effects[index] ?? [],
      team,
      itemPlan: itemPlanOf(selection, plan, { requester, platform, digest }),
    }));
    const pools = await dependencies.pools.read();
    return ok({
      items: plans.map(({ itemPlan, obstacles, quota }) => itemView(itemPlan, { obstacles, quota, pools })),
      cost: [...sumCosts(plans.flatMap(({ itemPlan }) => itemPlan.estimate.cost))],
      costEffect: await costEffectOf(dependencies.costs, tenantId, plans),
    });
  };

interface Circumstances {
  readonly obstacles: readonly string[];
  readonly quota: readonly QuotaEffect[];
  readonly pools: readonly Pool[];
}

const itemView = (itemPlan: ItemPlan, { obstacles, quota, pools }: Circumstances): ItemView => {
  const { plan, documents, input, tasks, estimate, approvals, digest } = itemPlan;
  return {
    kind: plan.kind,
    catalogId: plan.main.id,
    catalogVersion: plan.main.version,
    catalogHash: plan.main.hash,
    name: plan.name,
    documents: [...documents],
    input: input as ItemView['input'],
    tasks: tasks.map((task) => taskView(task, pools)),
    cost: [...estimate.cost],
    unpriced: [...estimate.unpriced],
    quota: quota.map(effectView),
    ...(approvals.length > 0 && { approvals: approvals.map(plannedApprovalView) }),
    obstacles: obstacles.map((obstacle) => `can't be requested: ${obstacle}`),
    graph: graphOf(tasks),
    planDigest: digest,
  };
};

const taskView = (view: TaskView, pools: readonly Pool[]): ItemView['tasks'][number] => {
  const { position, planned, runs, payload, reason, reads } = view;
  const { action, component, catalog, dependsOn } = planned;
  return {
    position,
    actionId: action.id,
    name: action.name ?? action.id,
    type: action.type,
    executor: action.executor,
    component,
    catalogItemId: catalog.id,
    dependsOn: [...dependsOn],
    runs,
    ...(action.when !== undefined && { when: quoteCondition(action) }),
    payload: payload as ItemView['tasks'][number]['payload'],
    reason,
    reads: [...reads],
    ...wordsOf(view, pools),
    timeoutSeconds: timeoutOf(action.timeout),
    idempotent: action.idempotent,
  };
};

/** Who waits for whom, and who reads what of whom. */
const graphOf = (tasks: readonly TaskView[]): ItemView['graph'] => ({
  nodes: tasks.map(({ position, planned, runs }) => ({ position, label: stepName(planned), runs })),
  edges: tasks.flatMap(({ position, planned, reads }) => {
    const outputsFrom = (from: number): string[] => [
      ...new Set(reads.filter((read) => read.from === from).map(({ output }) => output)),
    ];
    const from = new Set([...planned.dependsOn, ...reads.map((read) => read.from)]);
    return [...from].map((before) => ({ from: before, to: position, outputs: outputsFrom(before) }));
  }),
});
