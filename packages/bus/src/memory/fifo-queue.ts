import type { OutgoingMessage, ReceivedMessage } from '../messages.ts';

/** As on SQS. */
const DEDUPLICATION_MS = 5 * 60_000;

interface Stored {
  readonly message: OutgoingMessage;
  readonly messageId: string;
  readonly sentAt: number;
  receiveCount: number;
  receipt: string;
  visibleAt: number;
}

export interface FifoQueueOptions {
  readonly now: () => number;
  readonly newId: () => string;
  /** Deliveries before a message goes to `deadLetters`; without both they stay. */
  readonly maxReceiveCount?: number;
  readonly deadLetters?: FifoQueue;
}

/** One FIFO queue as SQS has it: group order and lock, visibility, receive counts, deduplication, redrive to dead letters. */
export class FifoQueue {
  readonly #options: FifoQueueOptions;
  readonly #groups = new Map<string, Stored[]>();
  readonly #byReceipt = new Map<string, Stored>();
  readonly #seen = new Map<string, number>();
  readonly #watchers = new Set<() => void>();

  constructor(options: FifoQueueOptions) {
    this.#options = options;
  }

  /** A second message of a group with the same deduplication id within five minutes is accepted and dropped. */
  send(message: OutgoingMessage): void {
    const { now, newId } = this.#options;
    this.#forgetOld(now() - DEDUPLICATION_MS);
    const key = `${message.groupId} ${message.dedupId}`;
    if (this.#seen.has(key)) return;
    this.#seen.set(key, now());
    this.#store({ message, messageId: newId(), sentAt: now(), receiveCount: 0, receipt: '', visibleAt: 0 });
  }

  receive(max: number, visibilitySeconds: number): readonly ReceivedMessage[] {
    const { now, newId } = this.#options;
    const received: ReceivedMessage[] = [];
    for (const [groupId, stored] of this.#groups) {
      // The group is locked while any message of it is out.
      if (stored.some((entry) => entry.visibleAt > now())) continue;
      for (const entry of this.#withoutDeadLetters(groupId, stored)) {
        if (received.length >= max) return received;
        this.#byReceipt.delete(entry.receipt);
        entry.receipt = newId();
        entry.receiveCount += 1;
        entry.visibleAt = now() + visibilitySeconds * 1000;
        this.#byReceipt.set(entry.receipt, entry);
        received.push(toReceived(entry));
      }
    }
    return received;
  }

  delete(receipt: string): boolean {
    const entry = this.#byReceipt.get(receipt);
    if (entry === undefined) return false;
    this.#remove(entry);
    this.#announce();
    return true;
  }

  changeVisibility(receipt: string, seconds: number): boolean {
    const entry = this.#byReceipt.get(receipt);
    if (entry === undefined || entry.visibleAt <= this.#options.now()) return false;
    entry.visibleAt = this.#options.now() + seconds * 1000;
    if (seconds === 0) this.#announce();
    return true;
  }

  depth(): { waiting: number; inFlight: number } {
    const all = [...this.#groups.values()].flat();
    const inFlight = all.filter((entry) => entry.visibleAt > this.#options.now()).length;
    return { waiting: all.length - inFlight, inFlight };
  }

  /** Resolves when something may have become visible (a send, a delete, a release), or after `ms`. */
  arrival(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#watchers.add(end);
    });
  }

  /** What was seen first stands first. */
  #forgetOld(before: number): void {
    for (const [key, seenAt] of this.#seen) {
      if (seenAt > before) return;
      this.#seen.delete(key);
    }
  }

  #store(entry: Stored): void {
    const group = this.#groups.get(entry.message.groupId);
    if (group === undefined) this.#groups.set(entry.message.groupId, [entry]);
    else group.push(entry);
    this.#announce();
  }

  #withoutDeadLetters(groupId: string, stored: readonly Stored[]): readonly Stored[] {
    const { maxReceiveCount, deadLetters } = this.#options;
    if (maxReceiveCount === undefined || deadLetters === undefined) return [...stored];
    for (const entry of stored.filter((candidate) => candidate.receiveCount >= maxReceiveCount)) {
      this.#remove(entry);
      deadLetters.#store({ ...entry, receiveCount: 0, receipt: '', visibleAt: 0 });
    }
    return [...(this.#groups.get(groupId) ?? [])];
  }

  #remove(entry: Stored): void {
    this.#byReceipt.delete(entry.receipt);
    const { groupId } = entry.message;
    const rest = (this.#groups.get(groupId) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#groups.delete(groupId);
    else this.#groups.set(groupId, rest);
  }

  #announce(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const toReceived = (entry: Stored): ReceivedMessage => ({
  messageId: entry.messageId,
  receipt: entry.receipt,
  groupId: entry.message.groupId,
  dedupId: entry.message.dedupId,
  type: entry.message.type,
  body: entry.message.body,
  receiveCount: entry.receiveCount,
  sentAt: new Date(entry.sentAt),
  ...(entry.message.traceparent === undefined ? {} : { traceparent: entry.message.traceparent }),
});
