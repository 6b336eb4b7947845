import { maySee, type Viewer } from '../domain/viewer.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';
import type { CurrentCatalog } from './current-catalog.ts';

export interface Category {
  readonly id: string;
  /** How many are offered. */
  readonly documents: number;
  readonly owners: readonly string[];
}

export type ListCategories = (viewer: Viewer) => Promise<readonly Category[]>;

/** Every category in which something is offered, in the order of their names. */
export const createListCategories =
  (current: CurrentCatalog, store: Pick<CatalogStore, 'categoryOwners'>): ListCategories =>
  async (viewer) => {
    const [{ entries }, owned] = await Promise.all([current(), store.categoryOwners()]);
    const owners = new Map(owned.map((one) => [one.category, one.owners]));
    const counts = new Map<string, number>();
    for (const { entry } of entries.values())
      if (maySee(entry, viewer)) counts.set(entry.category, (counts.get(entry.category) ?? 0) + 1);
    return [...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, documents]) => ({ id, documents, owners: owners.get(id) ?? [] }));
  };
