import { err, ok, type Result } from '@pao/kernel';
import type { PublishedDocument } from '../domain/document.ts';
import { maySee, type Viewer } from '../domain/viewer.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';

export interface DocumentNotOffered {
  readonly kind: 'not-offered';
  readonly id: string;
}

export type GetDocument = (id: string) => Promise<Result<PublishedDocument, DocumentNotOffered>>;

/** @param viewer for whom; without one, for the service itself. */
export const createGetDocument =
  (store: Pick<CatalogStore, 'find'>, viewer?: Viewer): GetDocument =>
  async (id) => {
    const found = await store.find(id);
    return found && (viewer === undefined || maySee(found, viewer)) ? ok(found) : err({ kind: 'not-offered', id });
  };
