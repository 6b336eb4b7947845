import type { Finding } from './finding.ts';

export interface ForcePush {
  readonly commit: string;
  readonly at: Date;
}

/** What the last sync that brought something new did: one that finds nothing changed leaves no trace. */
export interface SyncState {
  readonly state: 'never' | 'succeeded' | 'failed';
  /** Of the last sync that could read the source; null before the first. */
  readonly commit: string | null;
  /** The source the commit is of, by its name. */
  readonly source: string | null;
  /** The branch the commit was read from; null where there are none. */
  readonly branch: string | null;
  /** The last time that a commit did not continue the one read before it. */
  readonly forcePushed: ForcePush | null;
  /** The rules the commit was checked by: other rules may judge the same commit differently. */
  readonly rules: string | null;
  /** The highest revision given out so far. */
  readonly revision: number;
  /** Documents that are offered. */
  readonly documents: number;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  /** Why the source could not be read; null unless `failed`. */
  readonly failure: string | null;
}

/** The state with what a reader wants beside it. */
export interface SyncReport extends SyncState {
  readonly findings: readonly Finding[];
  /** Since when another sync has been under way, in any replica; null while there is none. */
  readonly runningSince: Date | null;
}

export const neverSynced: SyncState = {
  state: 'never',
  commit: null,
  source: null,
  branch: null,
  forcePushed: null,
  rules: null,
  revision: 0,
  documents: 0,
  startedAt: null,
  completedAt: null,
  failure: null,
};
