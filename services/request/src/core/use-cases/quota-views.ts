import type {
  CostTotal as CostTotalView,
  ErrorDetail,
  QuotaUsage as QuotaUsageView,
  RequestPlan,
} from '@pao/contracts';
import type { ExceededQuota, QuotaEffect } from '../domain/quota.ts';
import type { QuotaCounter } from '../domain/request.ts';
import type { CostTotal } from '../ports/cost-totals.ts';
import type { QuotaUsage } from '../ports/quotas.ts';
import type { RequestedItem } from './plan-items.ts';

/** The submission would use more than quotas leave. */
export interface QuotaRefusal {
  readonly kind: 'quota-exceeded';
  readonly details: readonly ErrorDetail[];
}

const MAX_DETAILS = 100;

export const quotaRefusal = (exceeded: readonly ExceededQuota[], items: readonly RequestedItem[]): QuotaRefusal => ({
  kind: 'quota-exceeded',
  details: exceeded.slice(0, MAX_DETAILS).map(({ index, ...effect }) => ({
    field: `items[${index}].${items[index]?.kind === 'bundle' ? 'bundleId' : 'catalogItemId'}`,
    issue: issueOf(effect),
  })),
});

const issueOf = ({ resource, per, scope, used, after, max }: QuotaEffect): string =>
  `the quota of ${resource} is ${max} per ${per}: ${holderOf({ per, scope })} uses ${used}, and this would make it ${after}`;

const holderOf = ({ per, scope }: Pick<QuotaCounter, 'per' | 'scope'>): string =>
  per === 'user' ? scope : `${per} ${scope}`;

export const effectView = ({ resource, per, scope, used, after, max, wouldExceed }: QuotaEffect) =>
  ({ resource, per, scope, used, after, max, wouldExceed }) satisfies RequestPlan['quota'][number];

export const usageView = ({ resource, per, scope, reserved, committed, max }: QuotaUsage): QuotaUsageView => ({
  resource,
  per,
  scope,
  reserved,
  committed,
  used: reserved + committed,
  max,
});

export const costTotalView = ({ key, currency, reserved, committed, requests }: CostTotal): CostTotalView => ({
  key,
  currency,
  reserved,
  committed,
  monthly: Math.round((reserved + committed) * 100) / 100,
  requests,
});
