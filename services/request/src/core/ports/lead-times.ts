import type { LeadTime, Segment, Timeline } from '../domain/lead-time.ts';

/** A change by which a request ended, as a place in the audit by time. */
export interface EndPlace {
  readonly at: Date;
  readonly requestId: string;
  readonly sequence: number;
}

/** What is told of a request beside where its time went; it outlives the request. */
export interface LeadTimeFacts {
  readonly requestId: string;
  readonly tenantId: string;
  readonly kind: 'item' | 'bundle';
  readonly catalogId: string;
  readonly catalogVersion: string;
  readonly team: string | null;
  readonly createdAt: Date;
}

export interface LeadTimeRow extends LeadTimeFacts {
  readonly outcome: string;
  readonly endedAt: Date;
  readonly leadTime: LeadTime;
}

export type LeadTimeGroup = 'item' | 'team' | 'month';

export interface LeadTimeQuery {
  readonly tenantId: string;
  readonly groupBy: LeadTimeGroup;
  readonly outcome: 'completed' | 'aborted';
  /** Ended then or later, and before then. */
  readonly since: Date;
  readonly until: Date;
  /** Only groups after this one. */
  readonly after?: string;
  readonly limit: number;
}

/** Milliseconds. */
export interface Distribution {
  readonly p50: number;
  readonly p90: number;
  readonly mean: number;
}

export interface LeadTimeSummary {
  readonly key: string;
  readonly count: number;
  readonly segments: Readonly<Record<Segment | 'total', Distribution>>;
}

export interface LeadTimes {
  /** Up to when ends were recorded; undefined before the first run. */
  progress(): Promise<Date | undefined>;
  saveProgress(upTo: Date): Promise<void>;
  /** Ends that are not recorded, by time, after a place. */
  unrecorded(after: EndPlace, limit: number): Promise<readonly EndPlace[]>;
  timelines(requestIds: readonly string[]): Promise<readonly (LeadTimeFacts & Timeline)[]>;
  /** What is recorded already stays as it is. */
  record(rows: readonly LeadTimeRow[]): Promise<void>;
  find(requestId: string): Promise<LeadTime | undefined>;
  /** By group, in the order of their keys. */
  summarize(query: LeadTimeQuery): Promise<readonly LeadTimeSummary[]>;
}
