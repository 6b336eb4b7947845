import type { CatalogDocument } from '@pao/documents';
import type { CatalogReference } from '../../core/domain/request.ts';
import type { CatalogDocuments } from '../../core/ports/catalog-documents.ts';
import type { CatalogProjection, CatalogSync } from '../../core/ports/catalog-projection.ts';

interface Entry {
  readonly reference: CatalogReference | undefined;
  readonly revision: number;
}

/** The catalog's projection in one process, for tests and simulations. */
export const createMemoryCatalogStore = (): CatalogProjection & CatalogDocuments => {
  const entries = new Map<string, Entry>();
  const documents = new Map<string, CatalogDocument>();
  let last: CatalogSync | undefined;
  const put = (id: string, entry: Entry): void => {
    if (entry.revision > (entries.get(id)?.revision ?? 0)) entries.set(id, entry);
  };
  return {
    publish: async ({ id, version, hash, revision, document }) => {
      documents.set(hash, document as unknown as CatalogDocument);
      put(id, { reference: { id, version, hash }, revision });
    },
    retire: async (id, revision) => put(id, { reference: undefined, revision }),
    recordSync: async (sync) => {
      if (sync.revision >= (last?.revision ?? 0)) last = sync;
    },
    hasCaughtUp: async () => {
      const all = [...entries.values()];
      const highest = Math.max(0, ...all.map(({ revision }) => revision));
      return last !== undefined && highest >= last.revision && offeredOf(all).length >= last.documents;
    },
    offered: async (ids) => offeredOf(ids.flatMap((id) => entries.get(id) ?? [])),
    document: async (hash) => documents.get(hash),
  };
};

const offeredOf = (entries: readonly Entry[]): readonly CatalogReference[] =>
  entries.flatMap(({ reference }) => reference ?? []);
