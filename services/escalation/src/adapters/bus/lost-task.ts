import type { OutgoingMessage } from '@pao/bus';
import { encodeMessage, taskStuckV1 } from '@pao/contracts';
import type { NewId } from '@pao/kernel';
import { type LostMessage, lostAttempt } from '../../core/domain/queues/dead-letter.ts';

/** The executor says the same of an attempt of which it does not know the outcome; here it may not even run. */
const contract = { ...taskStuckV1, producer: 'escalation' } as const;

export interface LostTaskOptions {
  readonly newId: NewId;
  readonly now: () => Date;
}

/**
 * Tells the request service that a task's command is lost: the task is stuck, and nothing of its request goes on. Whether it was
 * begun is in the ledger of an executor, which can't be asked; only a command that nobody can read is known not to be.
 */
export const createLostTaskMessage =
  ({ newId, now }: LostTaskOptions) =>
  (message: LostMessage): OutgoingMessage | undefined => {
    const attempt = lostAttempt(message);
    if (attempt === undefined) return undefined;
    const { tenantId, ...reference } = attempt;
    const [id, at] = [newId(), now()];
    const correlationId = message.correlationId ?? id;
    const failure = {
      code: 'COMMAND_NOT_DELIVERED',
      message: `The command is a dead letter of ${message.queue}. ${message.reason}`,
      evidence: { queue: message.queue, messageId: message.messageId, receiveCount: message.receiveCount },
    };
    const fields = { id, subject: reference.requestId, time: at, correlationId, tenantId };
    const reason = message.mayHaveBegun ? ('outcome-unknown' as const) : ('delivery-limit' as const);
    return {
      id,
      destination: `topic:${contract.channel}`,
      groupId: reference.requestId,
      dedupId: `dead-letter-${id}`,
      type: contract.type,
      body: encodeMessage(contract, fields, { ...reference, reason, failure, detectedAt: at.toISOString() }),
      ...(message.traceparent !== null && { traceparent: message.traceparent }),
    };
  };
