import type { CatalogChange } from '../domain/catalog-index.ts';
import type { PublishedDocument } from '../domain/document.ts';
import type { Finding } from '../domain/finding.ts';
import type { CategoryOwners } from '../domain/sync-owners.ts';
import type { DocumentHead, SyncPlan } from '../domain/sync-plan.ts';
import type { SyncReport, SyncState } from '../domain/sync-state.ts';
import type { OfferedDocument } from './document-checker.ts';

/** A sync under way: the only one, in all replicas. */
export interface SyncSession {
  state(): Promise<SyncState>;
  heads(): Promise<readonly DocumentHead[]>;
  /** The offered versions of these ids. */
  documents(ids: readonly string[]): Promise<readonly OfferedDocument[]>;
  /** The outcome becomes visible, and its events are sent, when the session ends without a throw: all of it or nothing. */
  finish(outcome: SyncOutcome): Promise<void>;
}

export interface SyncOutcome {
  readonly state: SyncState;
  /** Absent when the source could not be read, or holds what it held before: documents and findings stay as they are. */
  readonly changes?: {
    readonly plan: SyncPlan;
    readonly findings: readonly Finding[];
    /** Replaces what is stored. */
    readonly categories: readonly CategoryOwners[];
    /** Also tells consumers that the sync is complete. */
    readonly announce: boolean;
  };
}

/** What the catalog offers, has offered and how its last sync went. Every method throws TransientError while the store is away. */
export interface CatalogStore {
  /** Runs one sync at a time; others wait for it. A throw, or the death of the process, leaves everything as it was. */
  exclusively<T>(work: (session: SyncSession) => Promise<T>): Promise<T>;
  /** What changed after a revision, in the order of revisions: one change a document, its last. */
  changesSince(revision: number): Promise<readonly CatalogChange[]>;
  /** The offered version of a document; undefined when there is none, or it was retired. */
  find(id: string): Promise<PublishedDocument | undefined>;
  /** Categories that somebody owns, in the order of their names. */
  categoryOwners(): Promise<readonly CategoryOwners[]>;
  report(): Promise<SyncReport>;
}
