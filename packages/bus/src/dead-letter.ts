import type { OutgoingMessage, ReceivedMessage } from './messages.ts';
import { deadLetterQueue } from './topology.ts';

/**
 * A received message on its way to the dead letters of its queue. It goes under its own id for deduplication: one that was
 * redriven and failed again has a new id, while its old deduplication id might still be remembered there.
 */
export const toDeadLetter = (queue: string, message: ReceivedMessage): OutgoingMessage => ({
  id: message.messageId,
  destination: `queue:${deadLetterQueue(queue)}`,
  groupId: message.groupId,
  dedupId: message.messageId,
  type: message.type,
  body: message.body,
  ...(message.traceparent === undefined ? {} : { traceparent: message.traceparent }),
});
