import type { CatalogProjection } from '../ports/catalog-projection.ts';

/**
 * Rejects until the catalog's projection has once held all that a sync gave out. From then on a later sync that is still on its way
 * makes nobody wait: what was offered before can be requested meanwhile.
 */
export const createCatchUp = (projection: CatalogProjection): (() => Promise<void>) => {
  let caughtUp = false;
  return async () => {
    caughtUp ||= await projection.hasCaughtUp();
    if (!caughtUp) throw new Error('the catalog has not arrived yet');
  };
};
