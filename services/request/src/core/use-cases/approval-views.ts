import type { Approval as ApprovalData, PlannedApproval, RequestApproval } from '@pao/contracts';
import type { NeededApproval } from '../domain/approval.ts';
import { type Approval, type Approvers, expiresAt, givenCount } from '../domain/approval.ts';
import { decideApproval } from '../domain/decide-approval.ts';
import type { Person } from '../domain/may-decide.ts';
import type { Request } from '../domain/request.ts';

/** What people see of approvals, in the shapes of the API. */

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const approversView = ({ teams, users }: Approvers) => ({ teams: [...teams], users: [...users] });

const stageView = ({ stage, name, catalogId, component, when, reason, approvers, minimum }: NeededApproval) => ({
  stage,
  name,
  catalogId,
  component,
  when,
  reason,
  approvers: approversView(approvers),
  minimum,
});

export const plannedApprovalView = (needed: NeededApproval): PlannedApproval => ({
  ...stageView(needed),
  expiresAfterSeconds: Math.ceil(needed.expiresAfterMs / 1_000),
});

export const requestApprovalView = (approval: Approval): RequestApproval => ({
  id: approval.id,
  ...stageView(approval),
  state: approval.state,
  given: givenCount(approval),
  openedAt: iso(approval.openedAt),
  remindedAt: iso(approval.remindedAt),
  expiresAt: iso(expiresAt(approval)),
  endedAt: iso(approval.endedAt),
  decisions: approval.decisions.map(({ at, teams, ...decision }) => ({
    ...decision,
    teams: [...teams],
    at: at.toISOString(),
  })),
});

export interface Looking {
  readonly by: Person;
  readonly at: Date;
}

/** An approval with what it is about, as somebody sees it now. */
export const approvalView = (request: Request, approval: Approval, { by, at }: Looking): ApprovalData => ({
  ...requestApprovalView(approval),
  requestId: request.id,
  requestName: request.name,
  requestStatus: request.status,
  requestedBy: request.requester.email,
  requestedAt: request.createdAt.toISOString(),
  requestCatalogId: request.catalog.id,
  requestCatalogVersion: request.catalog.version,
  stages: request.approvals.length,
  planDigest: planDigestOf(request),
  mayDecide: decideApproval(request, { kind: 'approve', approvalId: approval.id, by, at, comment: null }).ok,
});

/** It is stored with every request that needs an approval. */
export const planDigestOf = ({ id, planDigest }: Request): string => {
  if (planDigest === null) throw new Error(`request ${id} has approvals and no plan`);
  return planDigest;
};
