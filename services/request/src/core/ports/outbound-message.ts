/** A message on its way out: stored with the change that causes it, published after it. */
export interface OutboundMessage {
  /** The event's id. */
  readonly id: string;
  /** A topic or a queue of the bus, by its logical name. */
  readonly destination: `topic:${string}` | `queue:${string}`;
  /** The request's id: messages of one request keep their order. */
  readonly groupId: string;
  /** The bus drops a second message with the same one within five minutes. */
  readonly dedupId: string;
  readonly type: string;
  /** JSON text of the envelope. */
  readonly body: string;
  readonly traceparent?: string;
}
