import { performance } from 'node:perf_hooks';
import { errorMessage } from '@pao/kernel';
import type { Logger } from '../logger.ts';
import type { ReceivedMessage } from '../messages.ts';
import type { QueueSource } from '../ports.ts';
import { Deletes } from './deletes.ts';
import type { Verdict } from './judge.ts';

const BATCH = 10;
/** A handler that asks to wait for longer is simply asked again sooner. */
const LONGEST_WAIT_MS = 15 * 60_000;

export interface GroupsOptions {
  readonly source: QueueSource;
  readonly queue: string;
  readonly logger: Logger;
  readonly concurrency: number;
  readonly judge: (message: ReceivedMessage, postponed: number) => Promise<Verdict>;
  /** A message that fails at this delivery is moved to the dead letters. */
  readonly maxReceiveCount: number;
  /** Seconds of invisibility after a failure before. */
  readonly failureDelaySeconds: (receiveCount: number) => number;
}

interface Entry {
  message: ReceivedMessage;
  postponed: number;
}

/** What this process holds of one message group, in order. */
interface Group {
  readonly id: string;
  readonly entries: Entry[];
  running: boolean;
  /** While the group waits for another try of its first message. */
  wait?: { readonly timer: NodeJS.Timeout; readonly dueAt: number } | undefined;
}

/** The groups in hand: one message of each at a time, `concurrency` groups at once. */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #deletes: Deletes;
  readonly #groups = new Map<string, Group>();
  readonly #ready: Group[] = [];
  #running = 0;
  #waiting = 0;
  #stopped = false;
  #watchers: (() => void)[] = [];

  constructor(options: GroupsOptions) {
    this.#options = options;
    this.#deletes = new Deletes(options);
  }

  /**
   * How many messages may be received beside the `requested` ones. A tenth more than can be handled at once, and none while
   * others are ready: so that a busy consumer receives in full batches and a narrow one (long tasks) takes nothing it must keep.
   */
  room(requested: number): number {
    const { concurrency } = this.#options;
    if (this.#stopped || this.#ready.length > 0 || this.#waiting >= Math.max(100, 10 * concurrency)) return 0;
    const free = concurrency + Math.floor(concurrency / 10) - this.#running - requested;
    return Math.max(0, Math.min(BATCH, free));
  }

  accept(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) this.#add(message);
    this.#pump();
  }

  /** Receipts of everything held. */
  receipts(): readonly string[] {
    return [...this.#groups.values()].flatMap((group) => group.entries.map((entry) => entry.message.receipt));
  }

  /** Forgets what waits under these receipts, since it is delivered again. What is being handled is handled to its end. */
  forget(receipts: ReadonlySet<string>): void {
    for (const group of this.#groups.values()) {
      if (!group.entries.some((entry) => receipts.has(entry.message.receipt))) continue;
      this.#options.logger.warn(
        { queue: this.#options.queue, group_id: group.id },
        'messages were lost to another delivery',
      );
      if (!group.running) this.#drop(group);
    }
    this.#announce();
  }

  /** Resolves when a group has ended, or at once after `stop`. */
  changed(): Promise<void> {
    if (this.#stopped && this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Starts nothing more: groups end after the message they are at. */
  stop(): void {
    this.#stopped = true;
    this.#announce();
  }

  /** Waits for what is being handled, gives the rest back and sends all deletes. */
  async settle(): Promise<void> {
    while (this.#running > 0) await this.changed();
    await Promise.all([...this.#groups.values()].map((group) => this.#giveBack(group, this.#remainingSeconds(group))));
    await this.#deletes.flush();
  }

  #add(message: ReceivedMessage): void {
    const group = this.#groups.get(message.groupId);
    if (group === undefined) {
      const added = { id: message.groupId, entries: [{ message, postponed: 0 }], running: false };
      this.#groups.set(added.id, added);
      this.#ready.push(added);
      return;
    }
    // Delivered again although we hold it: our visibility ran out, and only the newer receipt can delete it.
    const held = group.entries.find((entry) => entry.message.messageId === message.messageId);
    if (held) held.message = message;
    else group.entries.push({ message, postponed: 0 });
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#options.concurrency) {
      const group = this.#ready.shift();
      if (group === undefined) return;
      group.running = true;
      this.#running += 1;
      void this.#run(group);
    }
  }

  async #run(group: Group): Promise<void> {
    const verdict = await this.#handleInOrder(group);
    if (verdict?.outcome === 'failed') await this.#endFailed(group);
    group.running = false;
    this.#running -= 1;
    // What was given back may have come again while we waited for the answer, as a new group of the same name.
    if (this.#groups.get(group.id) === group) this.#continue(group, verdict);
    this.#pump();
    this.#announce();
  }

  #continue(group: Group, verdict: Verdict | undefined): void {
    const first = group.entries[0];
    if (first === undefined) this.#groups.delete(group.id);
    else if (verdict?.outcome === 'retry-later') this.#postpone(group, first, verdict.afterMs);
    else this.#ready.push(group);
  }

  /** Ends with what stopped it, or undefined when the group is done or the consumer stops. */
  async #handleInOrder(group: Group): Promise<Verdict | undefined> {
    for (let entry = group.entries[0]; entry !== undefined && !this.#stopped; entry = group.entries[0]) {
      const verdict = await this.#options.judge(entry.message, entry.postponed);
      if (verdict.outcome !== 'done') return verdict;
      group.entries.shift();
      const last = this.#running === 1 && this.#ready.length === 0 && group.entries.length === 0;
      this.#deletes.add(entry.message.receipt, last);
    }
    return undefined;
  }

  /** After the last failure the message goes and the group goes on; after one before, all that is held of the group goes back. */
  async #endFailed(group: Group): Promise<void> {
    const message = group.entries[0]?.message;
    if (message === undefined) return;
    const { maxReceiveCount, failureDelaySeconds } = this.#options;
    if (message.receiveCount >= maxReceiveCount && (await this.#bury(message))) group.entries.shift();
    else await this.#giveBack(group, failureDelaySeconds(message.receiveCount));
  }

  /**
   * The queue's redrive policy would do it too, but at the next receive: with everything behind the message in its group that
   * had been delivered along with it as often, and never been handled.
   */
  async #bury(message: ReceivedMessage): Promise<boolean> {
    const { source, queue, logger } = this.#options;
    const about = { queue, message_id: message.messageId, message_type: message.type, group_id: message.groupId };
    try {
      const moved = await source.moveToDeadLetters(queue, message);
      if (moved) logger.error(about, 'a message failed for the last time; it is a dead letter now');
      return moved;
    } catch (thrown) {
      logger.warn({ ...about, reason: errorMessage(thrown) }, 'a message could not be moved to the dead letters');
      return false;
    }
  }

  #postpone(group: Group, first: Entry, afterMs: number): void {
    first.postponed += 1;
    const ms = Math.min(Math.max(afterMs, 0), LONGEST_WAIT_MS);
    const timer = setTimeout(() => this.#resume(group), ms);
    group.wait = { timer, dueAt: performance.now() + ms };
    this.#waiting += 1;
  }

  #resume(group: Group): void {
    this.#endWait(group);
    this.#ready.push(group);
    this.#pump();
  }

  #endWait(group: Group): void {
    if (group.wait === undefined) return;
    clearTimeout(group.wait.timer);
    group.wait = undefined;
    this.#waiting -= 1;
  }

  #remainingSeconds(group: Group): number {
    return group.wait === undefined ? 0 : Math.max(0, Math.ceil((group.wait.dueAt - performance.now()) / 1000));
  }

  #drop(group: Group): void {
    this.#endWait(group);
    this.#groups.delete(group.id);
    const index = this.#ready.indexOf(group);
    if (index >= 0) this.#ready.splice(index, 1);
  }

  async #giveBack(group: Group, seconds: number): Promise<void> {
    const changes = group.entries.splice(0).map((entry) => ({ receipt: entry.message.receipt, seconds }));
    this.#drop(group);
    try {
      await this.#options.source.changeVisibility(this.#options.queue, changes);
    } catch (thrown) {
      const { queue, logger } = this.#options;
      logger.warn(
        { queue, group_id: group.id, reason: errorMessage(thrown) },
        'messages could not be given back; they return when their visibility ends',
      );
    }
  }

  #announce(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}
