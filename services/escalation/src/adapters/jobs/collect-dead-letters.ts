import type { QueueSource, ReceivedMessage } from '@pao/bus';
import { errorMessage, TransientError } from '@pao/kernel';
import type { Logger } from '@pao/runtime';
import type { LostMessage } from '../../core/domain/queues/dead-letter.ts';
import type { WatchedQueue } from '../../core/use-cases/queues/read-queues.ts';
import { readLostMessage } from '../bus/read-lost-message.ts';

export interface CollectDeadLettersOptions {
  readonly source: Pick<QueueSource, 'receive' | 'delete'>;
  readonly queues: readonly WatchedQueue[];
  readonly park: (message: LostMessage) => Promise<number>;
  readonly logger: Logger;
}

/** Long enough to ask every server of SQS. */
const WAIT_SECONDS = 1;
const VISIBILITY_SECONDS = 60;

/**
 * Takes what lies in the dead-letter queues: each message is deleted there only once it is stored. What comes again after a crash
 * between the two is stored already. One queue that can't be read keeps none of the others waiting.
 */
export const createCollectDeadLetters = ({ source, queues, park, logger }: CollectDeadLettersOptions) => {
  const troubled = new Set<string>();

  /** False for a message that the store refuses: it stays, and is tried again. */
  const isParked = async (queue: string, message: ReceivedMessage): Promise<boolean> => {
    const lost = readLostMessage(queue, message);
    try {
      const about = { queue, message_id: lost.messageId, message_type: lost.type, request_id: lost.requestId };
      if ((await park(lost)) > 0) logger.error({ ...about, reason: lost.reason }, 'a message became a dead letter');
      return true;
    } catch (thrown) {
      if (thrown instanceof TransientError) throw thrown;
      logger.error({ queue, message_id: lost.messageId, err: thrown }, 'a dead letter could not be stored');
      return false;
    }
  };

  const collectFrom = async ({ name, deadLetters }: WatchedQueue, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const request = { queue: deadLetters, max: 10, waitSeconds: WAIT_SECONDS, visibilitySeconds: VISIBILITY_SECONDS };
      const received = await source.receive(request);
      if (received.length === 0) return;
      const stored: string[] = [];
      for (const message of received) if (await isParked(name, message)) stored.push(message.receipt);
      if (stored.length > 0) await source.delete(deadLetters, stored);
    }
  };

  return async (signal: AbortSignal): Promise<void> => {
    const runs = queues.map(async (queue) => {
      try {
        await collectFrom(queue, signal);
        troubled.delete(queue.name);
      } catch (thrown) {
        if (!troubled.has(queue.name))
          logger.warn({ queue: queue.deadLetters, reason: errorMessage(thrown) }, 'dead letters could not be taken');
        troubled.add(queue.name);
      }
    });
    await Promise.all(runs);
  };
};
