import type { OutboundMessage } from './outbound-message.ts';

/** A task whose command, be it to carry it out or to cancel it, has been without an answer for long. */
export interface OverdueTask {
  readonly requestId: string;
  readonly position: number;
  /** How often its command was sent again already. */
  readonly resends: number;
}

export interface OverdueQuery {
  readonly at: Date;
  /** Milliseconds since the command was sent last; doubled with each time it was sent again, up to 64 times as long. */
  readonly waitMs: number;
  readonly limit: number;
}

export const MAX_DOUBLINGS = 6;

export interface OverdueTasks {
  /**
   * Queued and processing tasks of running requests, and of failed ones, which nobody can hand to people before these have ended; tasks of aborting
   * requests that have not ended. Their wait is over, and for their request nothing is left to be published.
   */
  find(query: OverdueQuery): Promise<readonly OverdueTask[]>;
  /** Stores a command once more, unless the task, its request's version or its number of resends has changed. Says whether it did. */
  resend(
    task: OverdueTask,
    resent: { readonly version: number; readonly at: Date; readonly message: OutboundMessage },
  ): Promise<boolean>;
}
