import type { OutboundMessage } from './outbound-message.ts';

/** A task that has been queued for long without a word about it. */
export interface OverdueTask {
  readonly requestId: string;
  readonly position: number;
  /** How often its command was sent again already. */
  readonly resends: number;
}

export interface OverdueTasks {
  /**
   * Tasks that are queued, whose command is no longer in the outbox, and for which the wait since it was sent last is over:
   * `waitMs`, doubled with each time it was sent again, at most an hour. Longest waiting first.
   */
  find(waitMs: number, limit: number): Promise<readonly OverdueTask[]>;
  /** Sends a command again, unless the task, its request's version or its number of resends has changed. Says whether it did. */
  resend(task: OverdueTask, version: number, message: OutboundMessage): Promise<boolean>;
}
