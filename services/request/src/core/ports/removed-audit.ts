/** The audit of requests that retention has removed. Written by the owner of the database alone: the service has no right to. */
export interface RemovedAudit {
  /** Removed requests after one, in the order of their ids, whose whole audit was recorded before a moment and is still there. */
  find(
    tenantId: string,
    page: { readonly before: Date; readonly after?: string; readonly limit: number },
  ): Promise<readonly string[]>;
  /** Removes whole chains, and notes that it did: where each ended stays known. */
  remove(requestIds: readonly string[]): Promise<void>;
}
