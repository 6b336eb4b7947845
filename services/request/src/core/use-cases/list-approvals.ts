import type { Approval as ApprovalData } from '@pao/contracts';
import type { Person } from '../domain/may-decide.ts';
import type { ApprovalFilter, ApprovalPlace } from '../ports/approvals.ts';
import { approvalView } from './approval-views.ts';
import type { ApprovalDependencies } from './decide-approval.ts';

type Reading = Pick<ApprovalDependencies, 'approvals' | 'store' | 'now'>;

/** A page of approvals as one person sees them. The requests are read at once, and give what is true now. */
export const listApprovals =
  ({ approvals, store, now }: Reading) =>
  async (filter: ApprovalFilter, by: Person): Promise<readonly ApprovalData[]> => {
    const places = await approvals.list(filter);
    const at = now();
    const found = await Promise.all(places.map((place) => viewOf(place, { store, by, at })));
    return found.flatMap((view) => view ?? []);
  };

/** One approval of a tenant as one person sees it; undefined also when it is another tenant's. */
export const readApproval =
  ({ approvals, store, now }: Reading) =>
  async (tenantId: string, approvalId: string, by: Person): Promise<ApprovalData | undefined> => {
    const requestId = await approvals.requestOf(approvalId);
    if (requestId === undefined) return undefined;
    return viewOf({ approvalId, requestId }, { store, by, at: now(), tenantId });
  };

interface Viewing extends Pick<Reading, 'store'> {
  readonly by: Person;
  readonly at: Date;
  readonly tenantId?: string;
}

const viewOf = async (
  { approvalId, requestId }: ApprovalPlace,
  { store, by, at, tenantId }: Viewing,
): Promise<ApprovalData | undefined> => {
  const request = await store.find(requestId);
  if (!request || (tenantId !== undefined && request.tenantId !== tenantId)) return undefined;
  const approval = request.approvals.find(({ id }) => id === approvalId);
  return approval && approvalView(request, approval, { by, at });
};
