import { dueAt, hasDecided, isApprover } from '../../core/domain/approval.ts';
import type { Request } from '../../core/domain/request.ts';
import type { ApprovalFilter, Approvals } from '../../core/ports/approvals.ts';

const byIdDown = (a: { readonly approvalId: string }, b: { readonly approvalId: string }): number =>
  a.approvalId < b.approvalId ? 1 : -1;

/** Where to find approvals among requests in memory. */
export const createMemoryApprovals = (requests: ReadonlyMap<string, Request>): Approvals => ({
  list: async (filter) =>
    [...requests.values()]
      .flatMap((request) => matching(request, filter))
      .filter(({ approvalId }) => filter.after === undefined || approvalId < filter.after)
      .toSorted(byIdDown)
      .slice(0, filter.limit),
  requestOf: async (approvalId) =>
    [...requests.values()].find(({ approvals }) => approvals.some(({ id }) => id === approvalId))?.id,
  due: async ({ at, limit }) =>
    [...requests.values()]
      .flatMap(({ id, approvals }) => {
        const due = approvals.flatMap((approval) => dueAt(approval) ?? [])[0];
        return due !== undefined && due <= at ? [{ id, due }] : [];
      })
      .toSorted((a, b) => a.due.getTime() - b.due.getTime())
      .slice(0, limit)
      .map(({ id }) => id),
});

const matching = (request: Request, { tenantId, states, decidableBy, requestedBy }: ApprovalFilter) => {
  const asked = request.requester.email.toLowerCase();
  if (request.tenantId !== tenantId || asked !== (requestedBy ?? asked).toLowerCase()) return [];
  if (decidableBy?.email.toLowerCase() === asked) return [];
  return request.approvals
    .filter((approval) => states?.includes(approval.state) ?? true)
    .filter((approval) => decidableBy === undefined || isApprover(approval.approvers, decidableBy))
    .filter(
      (approval) =>
        decidableBy === undefined ||
        approval.state !== 'waiting' ||
        !hasDecided(approval, { id: decidableBy.email, email: decidableBy.email }),
    )
    .map(({ id: approvalId }) => ({ approvalId, requestId: request.id }));
};
