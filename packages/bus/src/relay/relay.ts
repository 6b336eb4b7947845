import { performance } from 'node:perf_hooks';
import { errorMessage } from '@pao/kernel';
import { backoffMs, pause } from '../backoff.ts';
import { Gathering } from '../gathering.ts';
import type { Logger } from '../logger.ts';
import type { OutboxReader, Publisher, PublishFailure } from '../ports.ts';
import { publishTraced } from '../tracing.ts';
import { BlockedLanes } from './blocked-lanes.ts';

const OUTBOX_BACKOFF = { firstMs: 200, maxMs: 5_000 };
/** How soon another replica takes over from a leader that is gone. */
const LEAD_RETRY_MS = 1_500;
/** A replica that does not lead passes its kicks on together. */
const NOTIFY_GAP_MS = 5;

const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);

export interface RelayOptions {
  readonly outbox: OutboxReader;
  readonly publisher: Publisher;
  readonly logger: Logger;
  /** Rows read and published at a time, 100 by default. */
  readonly limit?: number;
  /** How often to look for what a crash left, 5,000 by default, with jitter. */
  readonly pollMs?: number;
  /** Asked before each reading: resolves when nothing more urgent is left to do. At once by default. */
  readonly giveWay?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Publishes an outbox: at once when kicked after a commit, and now and then for what a crash left. Only the leader of an outbox
 * publishes; a kick elsewhere wakes it. A row goes after the bus has taken its message: a crash between publishes it again with the same ids.
 */
export class Relay {
  readonly #options: Required<RelayOptions>;
  readonly #blocked = new BlockedLanes();
  readonly #gathering = new Gathering();
  readonly #stopping = new AbortController();
  #published: readonly string[] = [];
  #kicked = false;
  #wake = (): void => {};
  #loop: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = { limit: 100, pollMs: 5_000, giveWay: async () => {}, ...options };
    options.outbox.onNotified(() => this.kick());
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** New rows are committed. Cheap: call it after every commit that wrote some. */
  kick(): void {
    this.#kicked = true;
    this.#wake();
  }

  /** Ends after the publishing under way, and gives up the lead. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
    await this.#options.outbox.release();
  }

  /** Publishes what there is, if this relay leads. Returns how many messages the bus took; throws when the outbox cannot be read. */
  async processOnce(): Promise<number> {
    return (await this.#options.outbox.lead()) ? this.#drain() : 0;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const ms = await this.#turn();
        failures = 0;
        await this.#sleep(ms);
      } catch (thrown) {
        const ms = backoffMs(failures++, OUTBOX_BACKOFF);
        this.#options.logger.warn({ after_ms: ms, reason: errorMessage(thrown) }, 'the outbox could not be read');
        await pause(ms, this.#stopping.signal);
      }
    }
  }

  /** Does what there is to do and returns how long to sleep unless kicked. */
  async #turn(): Promise<number> {
    const { outbox, pollMs } = this.#options;
    if (await outbox.lead()) {
      await this.#drain();
      return Math.min(jittered(pollMs), this.#blocked.nextDueIn(performance.now()));
    }
    // Whoever leads now removes or sends again what this relay had published.
    this.#published = [];
    this.#blocked.clear();
    if (this.#kicked) {
      this.#kicked = false;
      await outbox.notifyLeader();
      await pause(NOTIFY_GAP_MS, this.#stopping.signal);
    }
    return jittered(LEAD_RETRY_MS);
  }

  async #drain(): Promise<number> {
    const { outbox, publisher, limit, giveWay } = this.#options;
    let accepted = 0;
    while (!this.#blocked.isFull(performance.now())) {
      await giveWay(this.#stopping.signal);
      this.#kicked = false;
      const except = this.#blocked.current(performance.now());
      const messages = await outbox.next({ published: this.#published, limit, except });
      this.#published = [];
      if (messages.length === 0) break;
      const report = await publishTraced(publisher, messages);
      this.#published = report.accepted;
      accepted += report.accepted.length;
      this.#blocked.learn(messages, report, performance.now());
      this.#logFailures(report.failures);
      if (this.#stopping.signal.aborted) break;
      // Rows that were written while these were published show that others are at work.
      const gatherMs = this.#gathering.after(this.#kicked && messages.length < limit);
      if (gatherMs > 0) await pause(gatherMs, this.#stopping.signal);
    }
    return accepted;
  }

  #logFailures(failures: readonly PublishFailure[]): void {
    const permanent = failures.find((failure) => !failure.retryable);
    const first = permanent ?? failures[0];
    if (first === undefined) return;
    const about = { count: failures.length, event_id: first.id, reason: first.message };
    if (permanent) this.#options.logger.error(about, 'a message cannot be published; its group waits');
    else this.#options.logger.warn(about, 'messages could not be published yet');
  }

  /** Until the time is over, a kick or the end. */
  #sleep(ms: number): Promise<void> {
    if (this.#kicked || this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
