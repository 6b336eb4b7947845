import type { Change } from '../domain/audit.ts';
import type { RequestStatus } from '../domain/transitions.ts';

export interface RequestFilter {
  readonly tenantId: string;
  readonly status?: RequestStatus;
  readonly catalogId?: string;
  /** An e-mail address. */
  readonly requestedBy?: string;
  /** Created then or later. */
  readonly since?: Date;
  /** Occurs in the name, whatever the case. */
  readonly text?: string;
  /** Only requests older than the one with this id. */
  readonly before?: string;
  readonly limit: number;
}

/** A request as lists show it. */
export interface RequestRow {
  readonly id: string;
  readonly submissionId: string;
  readonly status: RequestStatus;
  readonly kind: 'item' | 'bundle';
  readonly catalogId: string;
  readonly catalogVersion: string;
  readonly name: string;
  readonly requestedBy: string;
  readonly completedTasks: number;
  readonly skippedTasks: number;
  readonly totalTasks: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whose a request is, and where its audit stands. */
export interface AuditPosition {
  readonly requestId: string;
  readonly tenantId: string;
  readonly sequence: number;
  readonly status: RequestStatus;
}

/** Reads for people: lists and the history of single requests. */
export interface RequestReader {
  /** Newest first; ids are in order of creation. */
  list(filter: RequestFilter): Promise<readonly RequestRow[]>;
  /** The changes after a sequence, in order. */
  changesAfter(requestId: string, sequence: number): Promise<readonly Change[]>;
  /** Ids that do not exist are left out. */
  positions(requestIds: readonly string[]): Promise<readonly AuditPosition[]>;
}
