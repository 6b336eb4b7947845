import type { PinnedDocument, Selection } from '../domain/plan.ts';
import type { CatalogReference, Request } from '../domain/request.ts';
import type { Catalog } from '../ports/catalog.ts';

/** What is offered now under an id, with the items of a bundle; undefined when nothing is. An item that is missing is left out. */
export const selectOffered = async (catalog: Catalog, id: string): Promise<Selection | undefined> => {
  const main = await catalog.offered(id);
  if (!main || main.document.kind === 'CatalogItem') return main && { main, items: NONE };
  const items = new Map<string, PinnedDocument>();
  for (const { catalogItem } of main.document.components) {
    const item = await catalog.offered(catalogItem);
    if (item) items.set(catalogItem, item);
  }
  return { main, items };
};

/** The documents as they were when the request was submitted. */
export const selectPinned = async (catalog: Catalog, request: Request): Promise<Selection> => {
  const main = await catalog.pinned(request.catalog);
  if (main.document.kind === 'CatalogItem') return { main, items: NONE };
  const items = new Map<string, PinnedDocument>();
  for (const { catalog: reference } of request.tasks) {
    if (!items.has(reference.id)) items.set(reference.id, await catalog.pinned(reference));
  }
  return { main, items };
};

const NONE: ReadonlyMap<string, PinnedDocument> = new Map();

/** Every document that takes part. */
export const referencesOf = ({ main, items }: Selection): readonly CatalogReference[] => [
  main.reference,
  ...[...items.values()].map(({ reference }) => reference),
];
