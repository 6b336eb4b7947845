import { performance } from 'node:perf_hooks';
import { errorMessage } from '@pao/kernel';
import { backoffMs, pause } from '../backoff.ts';
import { GATHER_MS, Gathering } from '../gathering.ts';
import type { Logger } from '../logger.ts';
import type { Handled, IncomingMessage, ReceivedMessage } from '../messages.ts';
import type { QueueSource } from '../ports.ts';
import { Groups } from './groups.ts';
import { Heartbeat } from './heartbeat.ts';
import { judge } from './judge.ts';

const BATCH = 10;
/** So many in one receive, or one in a receive that did not have to wait, show that more are on their way. */
const COMPANY = 3;
const AT_ONCE_MS = 3;
const BUS_BACKOFF = { firstMs: 200, maxMs: 10_000 };

/** Seconds until a message that failed `receiveCount` times is delivered again: 2, 8, 32, 128, at most 300. */
const growingDelay = (receiveCount: number): number => Math.min(2 * 4 ** (receiveCount - 1), 300);

export interface FifoConsumerOptions {
  readonly source: QueueSource;
  /** Logical name of the queue. */
  readonly queue: string;
  readonly handle: (message: IncomingMessage) => Promise<Handled>;
  /** Groups handled at once. */
  readonly concurrency: number;
  readonly logger: Logger;
  /** How long a crash may delay a message; extended while it is worked on. 20 by default. */
  readonly visibilitySeconds?: number;
  /** Of the long poll. 20 by default; 1 or 2 where an abandoned poll swallows messages, as in fauxqs. */
  readonly waitSeconds?: number;
  /** Receives under way at once, 1 by default: with a round trip of 20 ms one brings at most 500 messages a second. */
  readonly receivers?: number;
  /** As in the topology, 5 by default: a message that fails at this delivery is moved to the dead letters. */
  readonly maxReceiveCount?: number;
  /** Seconds until the next delivery after a bug. 2, 8, 32, 128 by default. */
  readonly failureDelaySeconds?: (receiveCount: number) => number;
  /** Longest pause, under load, so that the next receive brings more messages: 20 by default, more where nobody waits for them. */
  readonly gatherMs?: number;
  /** Asked before each receive: resolves when nothing more urgent is left to do. At once by default. */
  readonly giveWay?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Handles the messages of one FIFO queue: of a group one at a time and in order, `concurrency` groups at once.
 *
 * - done: deleted, in batches.
 * - retry-later or a TransientError: kept by this process, invisible to others, and handled again after the delay. That is no
 *   delivery, so an outage of any length sends nothing to the dead letters. What waits takes no place of `concurrency`, but
 *   while very many groups wait nothing more is received.
 * - anything else thrown, a bug: given back with what followed in its group, delivered again after a growing delay, and moved to
 *   the dead letters after its last failure. What kills the process itself ends there by the queue's redrive policy.
 */
export class FifoConsumer {
  readonly #options: Required<FifoConsumerOptions>;
  readonly #groups: Groups;
  readonly #heartbeat: Heartbeat;
  readonly #stopping = new AbortController();
  #receivers: Promise<void>[] = [];
  #requested = 0;

  constructor(given: FifoConsumerOptions) {
    const options = {
      visibilitySeconds: 20,
      waitSeconds: 20,
      receivers: 1,
      maxReceiveCount: 5,
      gatherMs: GATHER_MS,
      ...given,
    };
    this.#options = { failureDelaySeconds: growingDelay, giveWay: async () => {}, ...options };
    this.#groups = new Groups({
      ...this.#options,
      judge: (message, postponed) => judge(options, message, postponed),
    });
    this.#heartbeat = new Heartbeat({
      ...this.#options,
      receipts: () => this.#groups.receipts(),
      lost: (receipts) => this.#groups.forget(new Set(receipts)),
    });
  }

  start(): void {
    this.#heartbeat.start();
    this.#receivers = Array.from({ length: this.#options.receivers }, () => this.#receiveUntilStopped());
  }

  /**
   * Lets running receives end (up to `waitSeconds`) and running handlers finish; what else was received goes back to the queue.
   * Resolves when nothing is left in hand.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#groups.stop();
    await Promise.all(this.#receivers);
    await this.#groups.settle();
    this.#heartbeat.stop();
  }

  /** Receives once without waiting and settles all that came; "later" goes back to the queue. Returns how many messages came. */
  async processOnce(): Promise<number> {
    const messages = await this.#receive(BATCH, 0);
    this.#groups.accept(messages);
    await this.#groups.settle();
    return messages.length;
  }

  async #receiveUntilStopped(): Promise<void> {
    let failures = 0;
    const gathering = new Gathering(this.#options.gatherMs);
    while (!this.#stopping.signal.aborted) {
      await this.#options.giveWay(this.#stopping.signal);
      const max = this.#groups.room(this.#requested);
      if (max === 0) {
        await this.#groups.changed();
        continue;
      }
      try {
        const askedAt = performance.now();
        const messages = await this.#receive(max, this.#options.waitSeconds);
        const atOnce = performance.now() - askedAt < AT_ONCE_MS;
        failures = 0;
        this.#groups.accept(messages);
        const some = messages.length > 0 && messages.length < max;
        const gatherMs = gathering.after(some && (messages.length >= COMPANY || atOnce));
        if (gatherMs > 0) await pause(gatherMs, this.#stopping.signal);
      } catch (thrown) {
        const { queue, logger } = this.#options;
        const ms = backoffMs(failures++, BUS_BACKOFF);
        logger.warn({ queue, after_ms: ms, reason: errorMessage(thrown) }, 'messages could not be received');
        await pause(ms, this.#stopping.signal);
      }
    }
  }

  async #receive(max: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    const { source, queue, visibilitySeconds } = this.#options;
    this.#requested += max;
    try {
      return await source.receive({ queue, max, waitSeconds, visibilitySeconds });
    } finally {
      this.#requested -= max;
    }
  }
}
