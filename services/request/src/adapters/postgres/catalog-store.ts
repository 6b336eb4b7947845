import type { CatalogDocument } from '@pao/documents';
import type { Database } from '@pao/postgres';
import type { CatalogReference } from '../../core/domain/request.ts';
import type { CatalogDocuments } from '../../core/ports/catalog-documents.ts';
import type { CatalogProjection } from '../../core/ports/catalog-projection.ts';

const UPSERT = `INSERT INTO catalog_documents (id, revision, version, hash, retired) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, version = coalesce(excluded.version, catalog_documents.version),
  hash = coalesce(excluded.hash, catalog_documents.hash), retired = excluded.retired
WHERE excluded.revision > catalog_documents.revision`;

const PUBLISH = `WITH stored AS (
  INSERT INTO documents (hash, document) VALUES ($4, $6) ON CONFLICT DO NOTHING
)
${UPSERT}`;

const RECORD_SYNC = `INSERT INTO catalog_sync (revision, documents) VALUES ($1, $2)
ON CONFLICT (singleton) DO UPDATE SET revision = excluded.revision, documents = excluded.documents
WHERE excluded.revision >= catalog_sync.revision`;

const HAS_CAUGHT_UP = `SELECT coalesce(max(d.revision), 0) >= s.revision AND count(*) FILTER (WHERE NOT d.retired) >= s.documents AS caught_up
FROM catalog_sync s LEFT JOIN catalog_documents d ON true GROUP BY s.revision, s.documents`;

/** The catalog's projection in Postgres: every document in every form, and which form is offered. */
export const createPostgresCatalogStore = (database: Database): CatalogProjection & CatalogDocuments => ({
  publish: async ({ id, version, hash, revision, document }) => {
    const values = [id, revision, version, hash, false, JSON.stringify(document)];
    await database.query({ text: PUBLISH, values });
  },
  retire: async (id, revision) => {
    await database.query({ text: UPSERT, values: [id, revision, null, null, true] });
  },
  recordSync: async ({ revision, documents }) => {
    await database.query({ text: RECORD_SYNC, values: [revision, documents] });
  },
  hasCaughtUp: async () => {
    const [row] = await database.query<{ caught_up: boolean }>({ text: HAS_CAUGHT_UP });
    return row?.caught_up === true;
  },
  offered: (ids) =>
    database.query<CatalogReference>({
      name: 'catalog-offered',
      text: 'SELECT id, version, hash FROM catalog_documents WHERE id = ANY ($1::text[]) AND NOT retired',
      values: [ids],
    }),
  document: async (hash) => {
    const [row] = await database.query<{ document: CatalogDocument }>({
      name: 'catalog-document',
      text: 'SELECT document FROM documents WHERE hash = $1',
      values: [hash],
    });
    return row?.document;
  },
});
