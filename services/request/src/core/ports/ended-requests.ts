/** An ended request is removed once its last change was before the moment of its state. */
export interface RetentionLimits {
  readonly completed: Date;
  readonly aborted: Date;
  /** Of a request that nobody has decided about ever since. */
  readonly failed: Date;
}

export interface RemovalStep {
  readonly after: string | undefined;
  readonly limits: RetentionLimits;
  /** How many requests are looked at. */
  readonly most: number;
}

export interface EndedRequests {
  /**
   * Looks at the next requests after one, in the order of their ids, and removes those whose time is over with all that is stored
   * for them but their audit and lead time. `last` undefined: there are no more. A request somebody is at is left for the next run.
   */
  removeNext(step: RemovalStep): Promise<{ readonly last: string | undefined; readonly removed: number }>;
}
