import type { Change } from '../domain/audit.ts';
import type { RequestStatus } from '../domain/transitions.ts';

export interface RequestFilter {
  readonly tenantId: string;
  /** One of these. */
  readonly statuses?: readonly RequestStatus[];
  /** Of an item or a bundle. */
  readonly catalogId?: string;
  readonly catalogItemId?: string;
  readonly bundleId?: string;
  /** An e-mail address. */
  readonly requestedBy?: string;
  /** One of the teams that who asked was in then. */
  readonly team?: string;
  /** Created then or later. */
  readonly since?: Date;
  /** Created before then. */
  readonly until?: Date;
  /** Occurs in the name, whatever the case. */
  readonly text?: string;
  /** A minus sign: latest first. Ids are in order of creation, so that is the order of `createdAt`. */
  readonly sort: RequestSort;
  /** Only what comes after this request in the order asked for. */
  readonly after?: ListPlace;
  readonly limit: number;
}

export type RequestSort = '-createdAt' | 'createdAt' | '-updatedAt';

export type ListPlace = Pick<RequestRow, 'id' | 'updatedAt'>;

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
  list(filter: RequestFilter): Promise<readonly RequestRow[]>;
  /** The changes after a sequence, in order. */
  changesAfter(requestId: string, sequence: number): Promise<readonly Change[]>;
  /** Ids that do not exist are left out. */
  positions(requestIds: readonly string[]): Promise<readonly AuditPosition[]>;
}
