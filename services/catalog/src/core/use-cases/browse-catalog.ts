import { type BrowseQuery, browse, type Position, positionOf } from '../domain/catalog-index.ts';
import type { CatalogEntry } from '../domain/document.ts';
import type { CurrentCatalog } from './current-catalog.ts';

interface CatalogPage {
  readonly entries: readonly CatalogEntry[];
  /** Where the next page starts; undefined when this is the last. */
  readonly next: Position | undefined;
}

export type BrowseCatalog = (query: BrowseQuery) => Promise<CatalogPage>;

export const createBrowseCatalog =
  (current: CurrentCatalog): BrowseCatalog =>
  async (query) => {
    const found = browse(await current(), query);
    const entries = found.slice(0, query.limit);
    const last = entries.at(-1);
    return { entries, next: found.length > query.limit && last ? positionOf(query.sort, last) : undefined };
  };
