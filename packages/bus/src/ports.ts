import type { OutgoingMessage, ReceivedMessage } from './messages.ts';

/** Why one message was not taken. `retryable: false` says that sending the same again cannot help. */
export interface PublishFailure {
  readonly id: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Nothing can be sent there at all: the destination does not exist. */
  readonly noDestination?: true;
}

export interface PublishReport {
  /** Ids of the messages the bus has taken for good. */
  readonly accepted: readonly string[];
  /** Everything else of the call, also what was not tried since an earlier message of its group failed. */
  readonly failures: readonly PublishFailure[];
}

/**
 * Sends messages. Order is kept per destination and group: after a failure nothing later of that group goes out in the
 * same call. Never throws for a message's or the bus's sake: what was not accepted is in `failures`.
 */
export interface Publisher {
  publish(messages: readonly OutgoingMessage[]): Promise<PublishReport>;
}

export interface ReceiveRequest {
  /** Logical name of the queue, `request-inbox`; its dead letters are `request-inbox-dlq`. */
  readonly queue: string;
  /** 1 to 10. */
  readonly max: number;
  /** 0 to 20: how long the bus may wait for the first message. */
  readonly waitSeconds: number;
  /** How long what is received stays invisible to others, whole seconds. */
  readonly visibilitySeconds: number;
}

export interface VisibilityChange {
  readonly receipt: string;
  /** Seconds from now, whole, 0 (at once) to 43,200. */
  readonly seconds: number;
}

/**
 * The receiving side of FIFO queues. While a message of a group is invisible, no receive returns others of that group, but
 * one receive may return several of one group, in order. Throws TransientError when the bus is away.
 */
export interface QueueSource {
  receive(request: ReceiveRequest): Promise<readonly ReceivedMessage[]>;
  /** Deletes by receipt; returns the receipts that were not, such as stale ones. */
  delete(queue: string, receipts: readonly string[]): Promise<readonly string[]>;
  /** Returns the receipts that were not changed, such as stale ones. */
  changeVisibility(queue: string, changes: readonly VisibilityChange[]): Promise<readonly string[]>;
  /** Moves a message to the queue's dead letters: sends it there, then deletes it. False when the queue has none. */
  moveToDeadLetters(queue: string, message: ReceivedMessage): Promise<boolean>;
}

/** Approximate on AWS. */
export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
}

export interface QueueStats extends QueueDepth {
  /** Sent, and not visible to anybody yet. */
  readonly delayed: number;
}

export interface QueueInspector {
  depth(queue: string): Promise<QueueDepth>;
  stats(queue: string): Promise<QueueStats>;
}

export type Bus = Publisher & QueueSource & QueueInspector & { close(): Promise<void> };

/** In the place of a group: all groups of the destination. No group has this name. */
export const EVERY_GROUP = '*';

/** What a relay does not want to see for now: messages of one group, or of all, to one destination. */
export interface Lane {
  readonly destination: string;
  readonly groupId: string;
}

/** The reading side of one outbox: one reader a relay, one leader among all readers of the same outbox. */
export interface OutboxReader {
  /** True while this reader is the one that may read; takes the lead when it is free. Cheap to ask again. */
  lead(): Promise<boolean>;
  /** Removes the rows of `published` and returns the oldest rows left, in the order they were written, without `except`. */
  next(request: {
    readonly published: readonly string[];
    readonly limit: number;
    readonly except: readonly Lane[];
  }): Promise<readonly OutgoingMessage[]>;
  /** Tells the leader, wherever it runs, that there are new rows; for those who do not lead. */
  notifyLeader(): Promise<void>;
  /** Called in the leader when another reader notified it, and in any reader when the lead may have become free. */
  onNotified(listener: () => void): void;
  /** Gives up the lead and whatever is held for it. */
  release(): Promise<void>;
}
