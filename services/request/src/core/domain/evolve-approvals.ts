import { type Approval, givenCount } from './approval.ts';
import type { ApprovalEvent } from './decide-approval.ts';
import type { Request } from './request.ts';
import type { Decision } from './status.ts';

/** The stages after an event. */
export const evolveApprovals = ({ approvals }: Request, event: ApprovalEvent): readonly Approval[] =>
  approvals.map((approval) => (approval.stage === event.stage ? evolveApproval(approval, event) : approval));

/** The request goes on with the last stage approved. */
export const decisionAfterApproval = (approvals: readonly Approval[]): Decision =>
  approvals.every(({ state }) => state === 'approved') ? 'proceed' : 'awaiting-approval';

/** A request that ends leaves nobody anything to decide. */
export const withdrawn = (approvals: readonly Approval[], at: Date): readonly Approval[] =>
  approvals.map((approval) =>
    approval.state === 'waiting' || approval.state === 'not-needed-yet'
      ? { ...approval, state: 'withdrawn', endedAt: at }
      : approval,
  );

const evolveApproval = (approval: Approval, event: ApprovalEvent): Approval => {
  const { at } = event;
  switch (event.kind) {
    case 'approval-requested':
      return { ...approval, state: 'waiting', openedAt: at };
    case 'approval-reminded':
      return { ...approval, remindedAt: at };
    case 'approval-expired':
      return { ...approval, state: 'expired', endedAt: at };
    case 'approval-rejected':
      return { ...withVote(approval, event, 'rejected'), state: 'rejected', endedAt: at };
    case 'approval-given': {
      const voted = withVote(approval, event, 'approved');
      return givenCount(voted) < voted.minimum ? voted : { ...voted, state: 'approved', endedAt: at };
    }
    default:
      return event satisfies never;
  }
};

type Vote = Extract<ApprovalEvent, { readonly by: unknown }>;

const withVote = (
  approval: Approval,
  { by: { id: by, email, teams }, at, comment }: Vote,
  decision: 'approved' | 'rejected',
): Approval => ({ ...approval, decisions: [...approval.decisions, { by, email, teams, decision, at, comment }] });
