import { approvalTitle, givenCount, whoMay } from './approval.ts';
import type { Step } from './audit.ts';
import type { ApprovalEvent } from './decide-approval.ts';
import type { Request } from './request.ts';

/** The rows of an event about an approval: its own, then that of the request's state when it follows. */
export const approvalSteps = (before: Request, after: Request, event: ApprovalEvent): readonly Step[] => {
  const steps = [approvalStep(before, after, event)];
  if (after.status === before.status) return steps;
  const moved = { change: `request-${after.status}`, from: before.status, to: after.status };
  return [...steps, { ...moved, taskId: null, reason: null, generation: null }];
};

const approvalStep = (before: Request, after: Request, event: ApprovalEvent): Step => {
  const index = event.stage - 1;
  const approval = after.approvals[index];
  if (!approval) throw new RangeError(`request ${after.id} has no approval ${event.stage}`);
  const comment = 'by' in event && event.comment !== null ? `: ${event.comment}` : '';
  const detail = event.kind === 'approval-requested' ? ` by ${approval.minimum} of ${whoMay(approval.approvers)}` : '';
  const count = event.kind === 'approval-given' ? ` (${givenCount(approval)} of ${approval.minimum})` : '';
  return {
    change: event.kind,
    taskId: null,
    from: event.kind === 'approval-requested' ? null : (before.approvals[index]?.state ?? null),
    to: approval.state,
    reason: `${approvalTitle(approval)}${detail}${count}${comment}`,
    generation: null,
  };
};
