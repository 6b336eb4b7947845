import type { PinnedDocument } from '../domain/plan.ts';
import type { CatalogReference } from '../domain/request.ts';

/**
 * The catalog as this service knows it. A document is the same object for as long as it stays in memory, so that what was worked
 * out of it can be kept beside it.
 */
export interface Catalog {
  /** A document as it is offered; undefined when it is not. May be behind the store by a moment: see `refresh`. */
  offered(id: string): Promise<PinnedDocument | undefined>;
  /** Compares what is remembered as offered with the store, unless that was done within `maxAgeMs`. Says whether something had changed. */
  refresh(maxAgeMs: number): Promise<boolean>;
  /** The document a request was pinned to. Such documents are kept for ever: an absent one is a bug. */
  pinned(reference: CatalogReference): Promise<PinnedDocument>;
}
