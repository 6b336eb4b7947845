/** A logical name of the topology, with the kind in front: `topic:task-events`, `queue:tasks-default`. */
export type Destination = `topic:${string}` | `queue:${string}`;

/** One message on its way out: one row of an outbox. */
export interface OutgoingMessage {
  /** The event's id (UUIDv7), which is the CloudEvents id; the same each time the message is published. */
  readonly id: string;
  readonly destination: Destination;
  /** Messages of one group to one destination keep their order. */
  readonly groupId: string;
  /**
   * At most 128 of `[A-Za-z0-9]` and punctuation. The bus drops a second message with the same one within five minutes,
   * so it contains the attempt wherever a human may cause the same message again.
   */
  readonly dedupId: string;
  /** The contract's name, `task-succeeded.v1`: what subscriptions filter on. */
  readonly type: string;
  /** JSON text of the CloudEvents envelope. At most 256 KiB to a topic, 1 MiB to a queue, in UTF-8. */
  readonly body: string;
  readonly traceparent?: string;
}

/** A message as its handler sees it. */
export interface IncomingMessage {
  /** The bus's own id of the message, not the event's. */
  readonly messageId: string;
  readonly groupId: string;
  readonly dedupId: string;
  readonly type: string;
  /** The JSON text that was sent; characters may have become escapes. */
  readonly body: string;
  /** Deliveries so far, this one included; says nothing about how often the work was done. */
  readonly receiveCount: number;
  readonly sentAt: Date;
  readonly traceparent?: string;
}

/** One delivery of a message. */
export interface ReceivedMessage extends IncomingMessage {
  /** The handle of this delivery: stale once the message has been delivered again. */
  readonly receipt: string;
}

/** What a handler says of its message. Throwing TransientError is `retry-later`, any other throw a bug. */
export type Handled = { readonly outcome: 'done' } | { readonly outcome: 'retry-later'; readonly afterMs: number };

/** The work is recorded (or was before): the message may go. */
export const done: Handled = Object.freeze({ outcome: 'done' });

/** Not yet: the message and its group wait at least `afterMs`; not counted as a failure. */
export const retryLater = (afterMs: number): Handled => ({ outcome: 'retry-later', afterMs });
