import type { Result } from '@pao/kernel';

/** A ticket that an attempt created, as the ledger knows it. */
export interface Ticket {
  readonly taskId: string;
  readonly generation: number;
  readonly actionType: string;
  readonly key: string;
  /** Null for attempts from before it was kept. */
  readonly url: string | null;
  readonly createdAt: Date;
}

/** How a ticket stands where it lives. */
export interface TicketStatus {
  readonly status: string;
  readonly statusCategory: string;
  readonly assignee: string | null;
  readonly updatedAt: Date | null;
}

/** Where the tickets of one type of action live. */
export interface TicketSystem {
  readonly actionType: string;
  /** As people call it: `jira`. */
  readonly system: string;
  /** A sentence for people when it can't be learned; never a secret. */
  readStatus(ticket: Ticket, timeoutMs: number): Promise<Result<TicketStatus, string>>;
}

/** The tickets of finished attempts, those of one tenant. */
export interface Tickets {
  /** The oldest first, at most so many. */
  ofRequest(
    request: { readonly requestId: string; readonly tenantId: string; readonly actionTypes: readonly string[] },
    limit: number,
  ): Promise<readonly Ticket[]>;
}
