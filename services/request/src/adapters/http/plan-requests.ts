import { planRequests } from '@pao/contracts';
import { type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import type { Rejection } from '../../core/use-cases/plan-items.ts';
import type { PlanCommand, PlansView } from '../../core/use-cases/plan-requests.ts';
import { rejectionError, toItem, toRequester } from './requested-items.ts';

export const planRequestsRoute = (plan: (command: PlanCommand) => Promise<Result<PlansView, Rejection>>): Route =>
  route(planRequests, async ({ body, identity }) => {
    const planned = await plan({
      items: body.items.map(toItem),
      tenantId: identity.tenant,
      requester: toRequester(identity),
    });
    return planned.ok ? { data: planned.value } : rejectionError(planned.error, 'nothing could be planned');
  });
