import type { JsonObject } from '@pao/kernel';
import type { Database } from '@pao/postgres';
import type { DocumentVersion, VersionStore } from '../../core/ports/version-store.ts';

interface Row extends Omit<DocumentVersion, 'publishedAt'> {
  readonly published_at: Date;
}

interface DocumentRow extends Row {
  readonly document: JsonObject;
}

const toVersion = <R extends Row>({ published_at: publishedAt, ...rest }: R) => ({ ...rest, publishedAt });

/** A retired document has the revision of its retirement, so its newest version is what it was last. */
const COLUMNS = `v.id, v.revision, v.version, v.hash, v.commit, v.published_at, CASE
  WHEN v.revision < (SELECT max(revision) FROM versions WHERE id = v.id) THEN 'replaced'
  WHEN d.retired THEN 'retired' ELSE 'offered' END AS state`;

const VERSIONS = `SELECT ${COLUMNS} FROM versions AS v JOIN documents AS d USING (id) WHERE v.id = $1
ORDER BY v.revision DESC`;

const VERSION = `SELECT ${COLUMNS}, v.document FROM versions AS v JOIN documents AS d USING (id)
WHERE v.id = $1 AND v.revision = $2`;

export const createPostgresVersionStore = (database: Pick<Database, 'query'>): VersionStore => ({
  versions: async (id) => {
    const rows = await database.query<Row>({ name: 'catalog-versions', text: VERSIONS, values: [id] });
    return rows.map(toVersion);
  },
  version: async (id, revision) => {
    const values = [id, revision];
    const [row] = await database.query<DocumentRow>({ name: 'catalog-version', text: VERSION, values });
    return row && toVersion(row);
  },
});
