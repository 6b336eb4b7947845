import { approvalDecidedV1, approvalReminderV1, approvalRequestedV1 } from '@pao/contracts';
import { type Approval, expiresAt, givenCount } from '../domain/approval.ts';
import type { RequestEvent } from '../domain/decide.ts';
import type { ApprovalEvent } from '../domain/decide-approval.ts';
import type { Request } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { planDigestOf } from './approval-views.ts';
import { EVENTS, type MessageContext, message } from './messages.ts';

/** What the others are told of the approvals among these events. */
export const approvalMessages = (
  after: Request,
  events: readonly RequestEvent[],
  context: MessageContext,
): readonly OutboundMessage[] =>
  events.flatMap((event) => ('stage' in event ? [approvalMessage(after, event, context)] : []));

const approvalMessage = (request: Request, event: ApprovalEvent, context: MessageContext): OutboundMessage => {
  const approval = request.approvals[event.stage - 1];
  if (!approval) throw new RangeError(`request ${request.id} has no approval ${event.stage}`);
  const notice = noticeOf(request, approval);
  const at = event.at.toISOString();
  const out = { destination: EVENTS } as const;
  switch (event.kind) {
    case 'approval-requested':
      return message(request, context, { contract: approvalRequestedV1, ...out, data: { ...notice, requestedAt: at } });
    case 'approval-reminded':
      return message(request, context, { contract: approvalReminderV1, ...out, data: { ...notice, remindedAt: at } });
    default:
      return message(request, context, {
        contract: approvalDecidedV1,
        ...out,
        data: { ...notice, ...verdictOf(approval, event), decidedAt: at },
      });
  }
};

type Verdict = Exclude<ApprovalEvent, { readonly kind: 'approval-requested' | 'approval-reminded' }>;

const verdictOf = ({ state }: Approval, event: Verdict) => {
  if (!('by' in event)) return { decision: 'expired', state: 'expired', decidedBy: null } as const;
  const { by, comment } = event;
  const told = { decidedBy: by.email, ...(comment !== null && { comment }) };
  if (event.kind === 'approval-rejected') return { decision: 'rejected', state: 'rejected', ...told } as const;
  return { decision: 'approved', state: state === 'waiting' ? 'waiting' : 'approved', ...told } as const;
};

const noticeOf = (request: Request, approval: Approval) => ({
  requestId: request.id,
  approvalId: approval.id,
  approval: approval.name,
  stage: approval.stage,
  stages: request.approvals.length,
  component: approval.component,
  catalog: request.catalog,
  name: request.name,
  requestedBy: request.requester.email,
  approvers: { teams: [...approval.approvers.teams], users: [...approval.approvers.users] },
  minimum: approval.minimum,
  given: givenCount(approval),
  planDigest: planDigestOf(request),
  expiresAt: (expiresAt(approval) ?? request.createdAt).toISOString(),
});
