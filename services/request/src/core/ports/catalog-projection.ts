import type { JsonObject } from '@pao/kernel';
import type { CatalogReference } from '../domain/request.ts';

export interface Publication extends CatalogReference {
  readonly kind: 'CatalogItem' | 'CatalogBundle';
  readonly revision: number;
  readonly document: JsonObject;
}

export interface CatalogSync {
  /** The highest revision given out up to the sync. */
  readonly revision: number;
  /** How many documents are offered. */
  readonly documents: number;
}

/** Where this service keeps what the catalog tells it. Whatever the order of the messages, of each document the highest revision stays. */
export interface CatalogProjection {
  publish(publication: Publication): Promise<void>;
  retire(id: string, revision: number): Promise<void>;
  recordSync(sync: CatalogSync): Promise<void>;
  /** Whether everything that the last sync gave out is here; false when there never was one. */
  hasCaughtUp(): Promise<boolean>;
}
