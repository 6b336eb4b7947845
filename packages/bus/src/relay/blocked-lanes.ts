import { backoffMs } from '../backoff.ts';
import type { OutgoingMessage } from '../messages.ts';
import { EVERY_GROUP, type Lane, type PublishReport } from '../ports.ts';

const RETRYABLE = { firstMs: 200, maxMs: 5_000 };
/** Sending the same again cannot help, but a new version or a repaired queue may: nothing is ever dropped. */
const PERMANENT = { firstMs: 10_000, maxMs: 300_000 };
/** With so many the bus itself is away, and trying ever more groups would be a storm. */
const MOST = 500;

interface Block {
  readonly lane: Lane;
  failures: number;
  until: number;
}

/** Of a destination that is not there: no number of groups that wait for it may hold up the others. */
const every = ({ destination }: Lane): Lane => ({ destination, groupId: EVERY_GROUP });

const keyOf = (lane: Lane): string => `${lane.destination} ${lane.groupId}`;

/** Which groups of which destinations are left alone for a while, so that one that fails holds up no other. */
export class BlockedLanes {
  readonly #blocks = new Map<string, Block>();

  /** Learns from a report at time `now` (ms). */
  learn(messages: readonly OutgoingMessage[], report: PublishReport, now: number): void {
    const failures = new Map(report.failures.map((failure) => [failure.id, failure]));
    if (failures.size === 0 && this.#blocks.size === 0) return;
    const failed = new Set<string>();
    for (const message of messages) {
      const key = keyOf(message);
      const failure = failures.get(message.id);
      if (failure === undefined) {
        this.#blocks.delete(key);
        this.#blocks.delete(keyOf(every(message)));
        continue;
      }
      const lane = failure.noDestination ? every(message) : message;
      if (failed.has(keyOf(lane))) continue;
      failed.add(keyOf(lane));
      this.#block(keyOf(lane), lane, { now, limits: failure.retryable ? RETRYABLE : PERMANENT });
    }
  }

  /** The lanes to leave out at time `now`. */
  current(now: number): readonly Lane[] {
    if (this.#blocks.size === 0) return [];
    return [...this.#blocks.values()].filter((block) => block.until > now).map((block) => block.lane);
  }

  isFull(now: number): boolean {
    return this.#blocks.size >= MOST && this.current(now).length >= MOST;
  }

  /** Milliseconds until the first lane may be tried again; Infinity when none is blocked. */
  nextDueIn(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const block of this.#blocks.values()) due = Math.min(due, Math.max(0, block.until - now));
    return due;
  }

  clear(): void {
    this.#blocks.clear();
  }

  #block(key: string, lane: Lane, when: { now: number; limits: { firstMs: number; maxMs: number } }): void {
    const failures = this.#blocks.get(key)?.failures ?? 0;
    const until = when.now + backoffMs(failures, when.limits);
    this.#blocks.set(key, {
      lane: { destination: lane.destination, groupId: lane.groupId },
      failures: failures + 1,
      until,
    });
  }
}
