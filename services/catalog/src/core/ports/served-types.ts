import type { ServedPool } from '@pao/documents';

/** One executor, and what it serves. */
export interface ServedAnnouncement extends ServedPool {
  readonly instance: string;
  readonly announcedAt: Date;
}

/** What executors of other teams serve, as they told it within 30 days. */
export interface ServedTypes {
  /** Keeps the latest of each executor. */
  announce(announcement: ServedAnnouncement): Promise<void>;
  /** By pool; of several executors that serve the same type the last one counts. Always in the same order. */
  pools(): Promise<readonly ServedPool[]>;
}
