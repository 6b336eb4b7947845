import type { CatalogStore } from '../../core/ports/catalog-store.ts';

/** Rejects until a sync has ended, in this replica or another: what could not be read once is told by the sync's state. */
export const createFirstSync = (store: Pick<CatalogStore, 'report'>): (() => Promise<void>) => {
  let ended = false;
  return async () => {
    ended ||= (await store.report()).state !== 'never';
    if (!ended) throw new Error('the catalog has not been read yet');
  };
};
