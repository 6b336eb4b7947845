import type { Escalation, RequestRetried, RequestSettled, RequestStopped, TaskFailure } from '../domain/escalation.ts';

/** Where a page starts: after this escalation, newest first. */
export interface ListPosition {
  readonly failedAt: Date;
  readonly id: string;
}

export interface ListQuery {
  readonly tenantId: string;
  readonly limit: number;
  readonly after?: ListPosition;
  readonly status?: Escalation['status'];
  readonly requestId?: string;
}

/**
 * Escalations and the evidence for them. Each write is one statement and safe to repeat: an event that was handled before, or
 * another event of the same attempt, changes nothing. Throws TransientError while the store is away.
 */
export interface EscalationStore {
  /**
   * Opens an escalation and closes what it supersedes. It is stored as closed itself when its request is known to have gone on:
   * a later stop of the same request is stored, a retry has begun a later attempt, or the evidence of the same attempt was settled.
   */
  open(eventId: string, id: string, stopped: RequestStopped): Promise<void>;
  recordTaskFailure(eventId: string, failure: TaskFailure): Promise<void>;
  /**
   * Closes what is open for the request and marks its evidence as settled. A request without either costs no write.
   * @returns false when the request was never in the hands of people, so that nothing else has to be asked
   */
  settle(settled: RequestSettled): Promise<boolean>;
  /** Whether a request that once stopped has ended: what is said of it now comes too late. */
  isSettled(requestId: string): Promise<boolean>;
  /** Closes what is open for the request and is answered by the retry, and remembers the retry for stops that come late. */
  resume(retried: RequestRetried): Promise<void>;
  /** Up to `limit + 1` escalations of a tenant, newest first: one more than asked says that there are more. */
  list(query: ListQuery): Promise<readonly Escalation[]>;
}
