import type { PinnedDocument } from '../../core/domain/plan.ts';
import type { CatalogReference } from '../../core/domain/request.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { CatalogDocuments } from '../../core/ports/catalog-documents.ts';

/** A catalog that can be told of a change. */
export interface RememberedCatalog extends Catalog {
  forget(id: string): void;
}

export interface RememberedCatalogOptions {
  readonly documents: CatalogDocuments;
  /** Milliseconds of a clock that never steps back. */
  readonly elapsed: () => number;
  /** Documents that are kept in memory. */
  readonly maxDocuments?: number;
}

type Remembered<T> = Map<string, Promise<T | undefined>>;

/**
 * The catalog in memory, over stored documents: in the long run neither a submission nor a task asks the store. What is offered is
 * remembered until `forget` or `refresh` finds it changed; documents, which never change, until there are too many.
 */
export const createRememberedCatalog = ({
  documents: stored,
  elapsed,
  maxDocuments = 500,
}: RememberedCatalogOptions): RememberedCatalog => {
  const offered: Remembered<CatalogReference> = new Map();
  const documents: Remembered<PinnedDocument> = new Map();
  let refreshedAt = Number.NEGATIVE_INFINITY;

  const loadOffered = async (id: string): Promise<CatalogReference | undefined> => (await stored.offered([id]))[0];
  const loadDocument = async (reference: CatalogReference): Promise<PinnedDocument | undefined> => {
    const document = await stored.document(reference.hash);
    return document && { reference, document };
  };

  const pinned = async (reference: CatalogReference): Promise<PinnedDocument> => {
    const found = await remember(documents, reference.hash, () => loadDocument(reference));
    // The most recently used stand last.
    const kept = documents.get(reference.hash);
    if (kept && documents.size > maxDocuments / 2) {
      documents.delete(reference.hash);
      documents.set(reference.hash, kept);
    }
    for (const oldest of documents.keys()) {
      if (documents.size <= maxDocuments) break;
      documents.delete(oldest);
    }
    if (!found) throw new Error(`the document ${reference.id} ${reference.hash} is not stored`);
    return found;
  };

  return {
    pinned,
    offered: async (id) => {
      const reference = await remember(offered, id, () => loadOffered(id));
      return reference && pinned(reference);
    },
    refresh: async (maxAgeMs) => {
      if (elapsed() - refreshedAt < maxAgeMs) return false;
      refreshedAt = elapsed();
      const ids = [...offered.keys()];
      const current = new Map((await stored.offered(ids)).map(({ id, hash }) => [id, hash]));
      let changed = false;
      for (const id of ids) {
        if ((await offered.get(id))?.hash === current.get(id)) continue;
        offered.delete(id);
        changed = true;
      }
      return changed;
    },
    forget: (id) => void offered.delete(id),
  };
};

/** Asks once for all who ask at the same time. What is not there, or could not be read, is not remembered. */
const remember = async <T>(
  memory: Remembered<T>,
  key: string,
  load: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const known = memory.get(key);
  if (known) return known;
  const loading = load();
  memory.set(key, loading);
  try {
    const value = await loading;
    if (value === undefined && memory.get(key) === loading) memory.delete(key);
    return value;
  } catch (error) {
    if (memory.get(key) === loading) memory.delete(key);
    throw error;
  }
};
