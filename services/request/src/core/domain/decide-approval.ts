import { err, ok, type Result } from '@pao/kernel';
import {
  type Approval,
  type ApprovalState,
  dueAt,
  expiresAt,
  givenCount,
  hasDecided,
  isApprover,
  isSamePerson,
} from './approval.ts';
import type { RequestEvent } from './decide.ts';
import { skippedByAbort } from './decisions.ts';
import type { Person } from './may-decide.ts';
import type { Request } from './request.ts';
import type { RequestStatus } from './transitions.ts';

export type ApprovalEvent =
  | {
      readonly kind: 'approval-requested' | 'approval-expired' | 'approval-reminded';
      readonly stage: number;
      readonly at: Date;
    }
  | {
      readonly kind: 'approval-given' | 'approval-rejected';
      readonly stage: number;
      readonly at: Date;
      readonly by: Person;
      readonly comment: string | null;
    };

/** What one person decides about one stage. */
export interface ApprovalVote {
  readonly kind: 'approve' | 'reject';
  readonly approvalId: string;
  readonly by: Person;
  readonly at: Date;
  readonly comment: string | null;
  /** Of the plan that the person looked at. */
  readonly planDigest?: string;
}

export type VoteRefusal =
  | { readonly kind: 'unknown-approval' | 'own-request' | 'decided-before' }
  | { readonly kind: 'not-approver'; readonly approval: Approval }
  | { readonly kind: 'other-plan'; readonly planDigest: string | null }
  | { readonly kind: 'not-waiting'; readonly state: ApprovalState; readonly status: RequestStatus };

/** Opens the first stage of a request that needs one; the next stages are opened by the one before. */
export const requestApproval = ({ approvals }: Request, at: Date): readonly RequestEvent[] =>
  approvals.length === 0 ? [] : [opening(1, at)];

/** What a person's vote does to a request. Pure. */
export const decideApproval = (request: Request, vote: ApprovalVote): Result<readonly RequestEvent[], VoteRefusal> => {
  const approval = request.approvals.find(({ id }) => id === vote.approvalId);
  if (!approval) return err({ kind: 'unknown-approval' });
  const refusal = refusalOf(request, approval, vote);
  if (refusal) return err(refusal);
  return ok(vote.kind === 'approve' ? approving(request, approval, vote) : rejecting(request, approval, vote));
};

const refusalOf = (request: Request, approval: Approval, vote: ApprovalVote): VoteRefusal | undefined => {
  if (isSamePerson(request.requester, vote.by)) return { kind: 'own-request' };
  if (!isApprover(approval.approvers, vote.by)) return { kind: 'not-approver', approval };
  if (vote.planDigest !== undefined && vote.planDigest !== request.planDigest)
    return { kind: 'other-plan', planDigest: request.planDigest };
  const state = stateAt(approval, vote.at);
  if (state !== 'waiting') return { kind: 'not-waiting', state, status: request.status };
  return hasDecided(approval, vote.by) ? { kind: 'decided-before' } : undefined;
};

/** It is over when its time is, whether or not somebody has looked since. */
const stateAt = (approval: Approval, at: Date): ApprovalState => {
  const end = expiresAt(approval);
  return approval.state === 'waiting' && end !== null && at >= end ? 'expired' : approval.state;
};

const approving = (
  request: Request,
  approval: Approval,
  { at, by, comment }: ApprovalVote,
): readonly RequestEvent[] => {
  const { stage } = approval;
  const given: RequestEvent = { kind: 'approval-given', stage, at, by, comment };
  const isLast = stage === request.approvals.length;
  return givenCount(approval) + 1 < approval.minimum || isLast ? [given] : [given, opening(stage + 1, at)];
};

const rejecting = (
  request: Request,
  { stage, name }: Approval,
  { at, by, comment }: ApprovalVote,
): readonly RequestEvent[] => [
  { kind: 'approval-rejected', stage, at, by, comment },
  ending(request, at, `${by.email} rejected the approval ${name}${comment === null ? '' : `: ${comment}`}`),
];

/** What time does to a request: a reminder, or the end of a stage that nobody decided. Nothing when neither is due. */
export const decideDueApproval = (request: Request, at: Date): readonly RequestEvent[] => {
  const approval = request.approvals.find(({ state }) => state === 'waiting');
  const due = approval && dueAt(approval);
  if (!approval || !due || due > at) return [];
  const { stage, name } = approval;
  if (stateAt(approval, at) === 'waiting') return [{ kind: 'approval-reminded', stage, at }];
  return [{ kind: 'approval-expired', stage, at }, ending(request, at, `the approval ${name} was not given in time`)];
};

const opening = (stage: number, at: Date): RequestEvent => ({ kind: 'approval-requested', stage, at });

const ending = (request: Request, at: Date, reason: string): RequestEvent => ({
  kind: 'request-abort',
  at,
  reason,
  skipped: skippedByAbort(request).map(({ position }) => position),
});
