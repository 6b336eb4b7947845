import type { StuckReason } from '../domain/escalation.ts';
import type { Incident } from '../domain/incidents/incident.ts';

/** An incident with what is counted as it is read. It is never one that is forming. */
export interface CountedIncident extends Incident {
  readonly requests: number;
  /** Of which still wait for a person because of it, and of those, how many may have taken effect. */
  readonly waiting: number;
  readonly stuck: number;
}

/** One request of an incident, with its last stop there. */
export interface IncidentRequest {
  readonly escalationId: string;
  readonly requestId: string;
  readonly name: string;
  readonly requestedBy: string;
  readonly waiting: boolean;
  readonly stuck: StuckReason | null;
  readonly message: string;
  readonly failedAt: Date;
}

/** Where a page starts: after this one, newest first. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

export interface IncidentQuery {
  readonly tenantId: string;
  readonly limit: number;
  readonly after?: Position;
  readonly status?: 'open' | 'closed';
  readonly catalogId?: string;
  readonly failureCode?: string;
  readonly targetHost?: string;
}

export interface IncidentRequestsQuery {
  readonly tenantId: string;
  readonly incidentId: string;
  readonly limit: number;
  readonly after?: Position;
}

export interface Closing {
  readonly tenantId: string;
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

/**
 * Incidents. They come about with the escalations that make them, in the same transaction. Of a tenant only its own are seen.
 * Throws TransientError while the store is away.
 */
export interface IncidentStore {
  /** Up to `limit + 1`, by when they opened, newest first. */
  list(query: IncidentQuery): Promise<readonly CountedIncident[]>;
  get(tenantId: string, id: string): Promise<CountedIncident | undefined>;
  /** Up to `limit + 1` requests, by their last stop, newest first. */
  requests(query: IncidentRequestsQuery): Promise<readonly IncidentRequest[]>;
  /** Closes an open incident; one that is closed, or is not there, stays as it is. */
  close(closing: Closing): Promise<void>;
  /** Closes what is open, had nothing new since `quietSince`, and has no request that waits; forgets what did not become an incident by then. */
  settle(quietSince: Date): Promise<void>;
}
