import type { IncomingMessage } from '@pao/bus';
import {
  type ApprovalRequestedV1,
  approvalDecidedV1,
  approvalReminderV1,
  approvalRequestedV1,
  decodeMessage,
  type Envelope,
  escalatedTaskSettledV1,
  requestAbortedV1,
  requestCompletedV1,
  requestEscalatingV1,
  requestFailedV1,
} from '@pao/contracts';
import type { EventName, Facts, Occurrence } from '../../core/domain/notifications/subscription.ts';
import type { DeliveryStore } from '../../core/ports/notification-store.ts';

interface About {
  readonly requestId: string;
  readonly name: string;
  readonly requestedBy: string;
  readonly catalog: { readonly id: string };
  readonly teams?: readonly string[] | undefined;
}

type Extra = Partial<Omit<Facts, 'event' | 'request' | 'catalog' | 'requestedBy' | 'occurredAt'>>;

const occurrence = (
  { id, tenantid, time }: Envelope,
  event: EventName,
  { requestId, name, requestedBy, catalog, teams }: About,
  extra: Extra = {},
): Occurrence => ({
  id,
  tenantId: tenantid,
  occurredAt: new Date(time),
  ...(teams !== undefined && { teams }),
  facts: {
    event,
    request: { id: requestId, name },
    catalog: { id: catalog.id },
    requestedBy,
    occurredAt: new Date(time).toISOString(),
    ...extra,
  },
});

type Notice = Omit<ApprovalRequestedV1, 'requestedAt'>;

const approvalOccurrence = (message: Envelope<Notice>, event: EventName, extra: Extra = {}): Occurrence => {
  const { data } = message;
  const approval = data.component === null ? data.approval : `${data.approval} of ${data.component}`;
  const more = { approval, expiresAt: data.expiresAt, ...extra };
  return { ...occurrence(message, event, data, more), asked: data.approvers };
};

const settled = async (body: string, about: DeliveryStore['about']): Promise<Occurrence | undefined> => {
  const message = decodeMessage(escalatedTaskSettledV1, body);
  const { requestId, by, settledBy } = message.data;
  if (by === 'automation') return undefined;
  const known = await about(requestId);
  if (known === undefined) return undefined;
  const { name, requestedBy, catalogId, teams } = known;
  const extra = settledBy === undefined ? {} : { decidedBy: settledBy };
  return occurrence(message, 'handed-back', { requestId, name, requestedBy, catalog: { id: catalogId }, teams }, extra);
};

const failed = (body: string): Occurrence => {
  const message = decodeMessage(requestFailedV1, body);
  const { failure, stuck } = message.data;
  // Evidence stays where it is read with care.
  const extra = { failure: { code: failure.code, message: failure.message }, ...(stuck !== undefined && { stuck }) };
  return occurrence(message, 'failed', message.data, extra);
};

const escalated = (body: string): Occurrence => {
  const message = decodeMessage(requestEscalatingV1, body);
  const { decidedBy, reason } = message.data;
  return occurrence(message, 'escalated', message.data, {
    decidedBy,
    ...(reason !== undefined && { comment: reason }),
  });
};

const decided = (body: string): Occurrence => {
  const message = decodeMessage(approvalDecidedV1, body);
  const { decision, decidedBy, comment } = message.data;
  return approvalOccurrence(message, 'approval-decided', {
    decision,
    ...(decidedBy !== null && { decidedBy }),
    ...(comment !== undefined && { comment }),
  });
};

/** What people may want to be told of this message; undefined: nothing. */
export const occurrenceOf = async (
  { type, body }: Pick<IncomingMessage, 'type' | 'body'>,
  about: DeliveryStore['about'],
): Promise<Occurrence | undefined> => {
  switch (type) {
    case requestFailedV1.type:
      return failed(body);
    case requestEscalatingV1.type:
      return escalated(body);
    case escalatedTaskSettledV1.type:
      return settled(body, about);
    case requestCompletedV1.type: {
      const message = decodeMessage(requestCompletedV1, body);
      return occurrence(message, 'completed', message.data);
    }
    case requestAbortedV1.type: {
      const message = decodeMessage(requestAbortedV1, body);
      return occurrence(message, 'aborted', message.data);
    }
    case approvalRequestedV1.type:
      return approvalOccurrence(decodeMessage(approvalRequestedV1, body), 'approval-wanted');
    case approvalReminderV1.type:
      return approvalOccurrence(decodeMessage(approvalReminderV1, body), 'approval-reminder');
    case approvalDecidedV1.type:
      return decided(body);
    default:
      return undefined;
  }
};

/** Of these nothing else of this service wants to know. */
export const NOTIFICATIONS_ONLY: ReadonlySet<string> = new Set([
  approvalRequestedV1.type,
  approvalReminderV1.type,
  approvalDecidedV1.type,
]);
