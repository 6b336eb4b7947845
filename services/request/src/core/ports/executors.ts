import type { Announcement } from '../domain/pools.ts';

/** What executors have told of themselves. */
export interface Executors {
  /** Keeps the latest of each executor; an older one changes nothing. */
  announce(announcement: Announcement): Promise<void>;
  /** All that were heard of within 30 days. */
  list(): Promise<readonly Announcement[]>;
  /** How many tasks are queued, by pool. */
  queued(tenantId: string): Promise<ReadonlyMap<string, number>>;
  /** Forgets who was not heard of for 30 days. Returns how many. */
  removeOld(): Promise<number>;
}
