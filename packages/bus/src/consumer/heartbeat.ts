import { errorMessage } from '@pao/kernel';
import type { Logger } from '../logger.ts';
import type { QueueSource } from '../ports.ts';

export interface HeartbeatOptions {
  readonly source: QueueSource;
  readonly queue: string;
  readonly visibilitySeconds: number;
  readonly logger: Logger;
  /** Receipts of everything held at this moment. */
  readonly receipts: () => readonly string[];
  /** These are no longer ours: their messages have been or will be delivered again. */
  readonly lost: (receipts: readonly string[]) => void;
}

/** Keeps long-held messages invisible: what was there at the previous beat, a third of the visibility ago, is extended. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #seen = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.processOnce(), (this.#options.visibilitySeconds * 1000) / 3);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async processOnce(): Promise<void> {
    const { source, queue, visibilitySeconds, logger, receipts, lost } = this.#options;
    const present = receipts();
    const due = present.filter((receipt) => this.#seen.has(receipt));
    this.#seen = new Set(present);
    if (due.length === 0) return;
    try {
      const changes = due.map((receipt) => ({ receipt, seconds: visibilitySeconds }));
      const refused = await source.changeVisibility(queue, changes);
      if (refused.length > 0) lost(refused);
    } catch (thrown) {
      // The next beat tries again; there are two more before the messages become visible.
      logger.warn({ queue, count: due.length, reason: errorMessage(thrown) }, 'visibility could not be extended');
    }
  }
}
