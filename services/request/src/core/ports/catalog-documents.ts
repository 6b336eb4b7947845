import type { CatalogDocument } from '@pao/documents';
import type { CatalogReference } from '../domain/request.ts';

/** The stored documents of the catalog, as they were published. */
export interface CatalogDocuments {
  /** Of these ids those that are offered, each in its present form. */
  offered(ids: readonly string[]): Promise<readonly CatalogReference[]>;
  /** A document by its hash, offered or not. */
  document(hash: string): Promise<CatalogDocument | undefined>;
}
