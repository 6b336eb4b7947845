import type { Change } from '../domain/audit.ts';

/** Told right after a commit, so that nobody has to poll for what happened in this process. Never throws. */
export interface Commits {
  committed(requestId: string, changes: readonly Change[]): void;
}
