import type { Change, Handover } from '../domain/tickets/handover.ts';

/** A handover whose work a process has taken over for a while. */
export interface Lease {
  readonly requestId: string;
  /** Rises with every lease: who comes with an older one is late. */
  readonly fence: number;
}

/** Decides what becomes of a handover at a moment of the store's clock; undefined: nothing. */
export type Decide = (handover: Handover | undefined, now: Date) => Change | undefined;

/**
 * Handovers with the ledger of what was done for them. Throws TransientError while the store is away; whether a write was done is
 * unknown then, and every write may be repeated.
 */
export interface HandoverStore {
  /**
   * Reads, decides and writes, with nobody in between; what others are told is written with it.
   * @param eventId of a message: one that was handled before changes nothing
   */
  change(requestId: string, decide: Decide, eventId?: string): Promise<void>;
  /** Takes over one handover on which something is due and that nobody works on. */
  lease(leaseMs: number): Promise<Lease | undefined>;
  /** Works on it for longer, as long as nobody else does; or, with 0, no more. */
  extend(lease: Lease, leaseMs: number): Promise<void>;
  read(tenantId: string, requestId: string): Promise<Handover | undefined>;
  /** Requests that have a ticket with this id, of whatever instance. */
  requestsOf(issueId: string): Promise<readonly string[]>;
  /** Which of these requests were handed over, of one tenant. */
  list(tenantId: string, requestIds: readonly string[]): Promise<readonly Pick<Handover, 'requestId' | 'tickets'>[]>;
}
