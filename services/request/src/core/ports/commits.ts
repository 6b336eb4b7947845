import type { NextVersion } from './request-store.ts';

/** Told right after a commit, so that nobody has to poll for what happened in this process. Never throws. */
export interface Commits {
  committed(version: NextVersion): void;
}
