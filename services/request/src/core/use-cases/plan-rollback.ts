import { err, ok, type Result } from '@pao/kernel';
import type { Failure, Request } from '../domain/request.ts';
import { type Rollback, rollbackOf } from '../domain/rollback.ts';
import type { Dependencies } from './dependencies.ts';
import { planPinned } from './plan-pinned.ts';

/** Nobody can say what tasks read or sent, as long as the secrets of the request can't be opened. */
export interface PlanUnavailable {
  readonly kind: 'plan-unavailable';
  readonly failure: Failure;
}

/** What a rollback of a request would do now. */
export const planRollback = async (
  request: Request,
  dependencies: Dependencies,
): Promise<Result<Rollback, PlanUnavailable>> => {
  const { platform, digest, newId, pools } = dependencies;
  const plan = await planPinned(request, dependencies);
  if (!plan.ok) return err({ kind: 'plan-unavailable', failure: plan.error });
  const known = (await pools?.read()) ?? [];
  return ok(rollbackOf(request, { plan: plan.value, platform, digest, newId, pools: known }));
};
