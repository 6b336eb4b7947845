import { err, ok, type Result } from '@pao/kernel';
import type { PublishedDocument } from '../domain/document.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';

export interface DocumentNotOffered {
  readonly kind: 'not-offered';
  readonly id: string;
}

export type GetDocument = (id: string) => Promise<Result<PublishedDocument, DocumentNotOffered>>;

export const createGetDocument =
  (store: Pick<CatalogStore, 'find'>): GetDocument =>
  async (id) => {
    const found = await store.find(id);
    return found ? ok(found) : err({ kind: 'not-offered', id });
  };
