import { applyChanges, type CatalogIndex, emptyIndex } from '../domain/catalog-index.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';
import { coalesce } from './coalesce.ts';

export type CurrentCatalog = () => Promise<CatalogIndex>;

/**
 * The catalog as it is offered now, held in memory. Each call asks the store what changed since the revision that is held, so
 * replicas never serve what another has replaced; as a rule that answer is empty.
 */
export const createCurrentCatalog = (store: Pick<CatalogStore, 'changesSince'>): CurrentCatalog => {
  let held = emptyIndex;
  return coalesce(async () => {
    held = applyChanges(held, await store.changesSince(held.revision));
    return held;
  });
};
