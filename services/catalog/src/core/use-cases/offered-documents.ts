import type { CatalogDocument, CatalogItem, ItemLookup } from '@pao/documents';
import type { PublishedDocument } from '../domain/document.ts';
import type { GetDocument } from './get-document.ts';

/** What is stored passed the checks, so it is a typed document. */
export const typed = ({ document }: Pick<PublishedDocument, 'document'>): CatalogDocument =>
  document as unknown as CatalogDocument;

/** Those of these ids that the catalog offers. */
export const offeredDocuments = async (
  getDocument: GetDocument,
  ids: Iterable<string>,
): Promise<readonly PublishedDocument[]> => {
  const found: PublishedDocument[] = [];
  for (const id of new Set(ids)) {
    const one = await getDocument(id);
    if (one.ok) found.push(one.value);
  }
  return found;
};

/** The items of a bundle's components, as they are offered now. */
export const itemsOf = async (getDocument: GetDocument, document: CatalogDocument): Promise<ItemLookup> => {
  const items = new Map<string, CatalogItem>();
  if (document.kind !== 'CatalogBundle') return items;
  const ids = document.components.map(({ catalogItem }) => catalogItem);
  for (const one of await offeredDocuments(getDocument, ids)) {
    const item = typed(one);
    if (item.kind === 'CatalogItem') items.set(item.metadata.id, item);
  }
  return items;
};
