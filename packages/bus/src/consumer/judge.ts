import { errorMessage, TransientError } from '@pao/kernel';
import { backoffMs } from '../backoff.ts';
import type { Logger } from '../logger.ts';
import { type Handled, type IncomingMessage, retryLater } from '../messages.ts';
import { inConsumerSpan, markFailed } from '../tracing.ts';

const TRANSIENT_BACKOFF = { firstMs: 500, maxMs: 30_000 };

export type Verdict = Handled | { readonly outcome: 'failed' };

export interface JudgeOptions {
  readonly queue: string;
  readonly handle: (message: IncomingMessage) => Promise<Handled>;
  readonly logger: Logger;
}

/** Handles one message in its trace and says what became of it. `postponed`: how often it was put off here before. */
export const judge = (options: JudgeOptions, message: IncomingMessage, postponed: number): Promise<Verdict> =>
  inConsumerSpan(options.queue, message, async (span) => {
    try {
      return await options.handle(message);
    } catch (thrown) {
      markFailed(span, thrown);
      const about = {
        queue: options.queue,
        message_id: message.messageId,
        message_type: message.type,
        group_id: message.groupId,
        receive_count: message.receiveCount,
      };
      if (!(thrown instanceof TransientError)) {
        options.logger.error({ ...about, err: thrown }, 'a message failed; it will be delivered again');
        return { outcome: 'failed' };
      }
      const afterMs = thrown.retryAfterMs ?? backoffMs(postponed, TRANSIENT_BACKOFF);
      options.logger.warn({ ...about, after_ms: afterMs, reason: errorMessage(thrown) }, 'a message has to wait');
      return retryLater(afterMs);
    }
  });
