export interface QueueSample {
  readonly queue: string;
  readonly waiting: number;
  readonly inFlight: number;
}

export interface QueueHistory {
  readonly queue: string;
  /** From the first to the last sample of the window; null where there are no two. */
  readonly netPerMinute: number | null;
  /** Seconds since the queue was last seen empty; null: not within the samples. */
  readonly emptySecondsAgo: number | null;
}

export interface ParkedCount {
  readonly queue: string;
  readonly parked: number;
  /** Parked within the window, whatever became of them. */
  readonly recently: number;
}

/** How full queues were: kept for an hour. Replicas may add samples at once; one of a moment is enough. */
export interface QueueSamples {
  add(samples: readonly QueueSample[]): Promise<void>;
  history(windowSeconds: number): Promise<readonly QueueHistory[]>;
  /** @param tenantId of `parked`; `recently` counts all */
  parked(tenantId: string, windowSeconds: number): Promise<readonly ParkedCount[]>;
  /** Of all tenants, for metrics. */
  parkedTotals(): Promise<readonly { readonly queue: string; readonly count: number }[]>;
}
