import type { ApprovalState } from '../domain/approval.ts';

export interface ApprovalFilter {
  readonly tenantId: string;
  readonly states?: readonly ApprovalState[];
  /** Only those that this person may decide about; of those that wait, only where they have not yet. */
  readonly decidableBy?: { readonly email: string; readonly teams: readonly string[] };
  /** Only of requests that the person with this e-mail address asked for. */
  readonly requestedBy?: string;
  /** Only what comes after this approval; newest first. */
  readonly after?: string;
  readonly limit: number;
}

/** An approval and the request that keeps it. */
export interface ApprovalPlace {
  readonly approvalId: string;
  readonly requestId: string;
}

/** Where to find approvals; what they are, their requests say. */
export interface Approvals {
  /** Newest first: ids are in order of creation. */
  list(filter: ApprovalFilter): Promise<readonly ApprovalPlace[]>;
  /** The request of an approval; undefined when there is none such. */
  requestOf(approvalId: string): Promise<string | undefined>;
  /** Requests with an approval whose time for a reminder or an end has come, the longest due first. */
  due(query: { readonly at: Date; readonly limit: number }): Promise<readonly string[]>;
}
