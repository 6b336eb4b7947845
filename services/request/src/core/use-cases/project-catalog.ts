import type { CatalogProjection } from '../ports/catalog-projection.ts';

/** A projection whose changes are known to this process at once. */
export const projectCatalog = (
  projection: CatalogProjection,
  remembered: { forget(id: string): void },
): CatalogProjection => ({
  ...projection,
  publish: async (publication) => {
    await projection.publish(publication);
    remembered.forget(publication.id);
  },
  retire: async (id, revision) => {
    await projection.retire(id, revision);
    remembered.forget(id);
  },
});
