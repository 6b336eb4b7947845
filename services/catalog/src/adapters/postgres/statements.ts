import type { Statement } from '@pao/postgres';
import type { Finding } from '../../core/domain/finding.ts';
import type { SyncPlan } from '../../core/domain/sync-plan.ts';
import type { SyncState } from '../../core/domain/sync-state.ts';

/** Versions kept of each document. */
const KEPT_VERSIONS = 10;

export interface PublishOptions {
  readonly publish: SyncPlan['publish'];
  readonly commit: string;
  readonly publishedAt: Date;
}

/** Upserts documents and adds their versions. */
export const publishDocuments = ({ publish, commit, publishedAt }: PublishOptions): Statement => ({
  name: 'catalog-publish',
  text: `WITH incoming AS (
    SELECT * FROM ROWS FROM (
      jsonb_to_recordset($1::jsonb) AS (
        id text, revision bigint, kind text, path text, hash text, name text, description text, version text,
        category text, owner_team text, owner_contact text, mode text, tags text[]),
      unnest($2::text[])
    ) AS r (id, revision, kind, path, hash, name, description, version, category, owner_team, owner_contact, mode, tags, document)
  ), stored AS (
    INSERT INTO documents (id, revision, retired, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, published_at)
    SELECT id, revision, false, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, $4 FROM incoming
    ON CONFLICT (id) DO UPDATE SET (revision, retired, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, published_at)
    = (EXCLUDED.revision, false, EXCLUDED.kind, EXCLUDED.path, EXCLUDED.hash, EXCLUDED.name, EXCLUDED.description,
      EXCLUDED.version, EXCLUDED.category, EXCLUDED.owner_team, EXCLUDED.owner_contact, EXCLUDED.mode, EXCLUDED.tags,
      EXCLUDED.published_at)
  )
  INSERT INTO versions (id, revision, version, hash, commit, document, published_at)
  SELECT id, revision, version, hash, $3, document::json, $4 FROM incoming`,
  values: [
    JSON.stringify(
      publish.map(({ document: { document: _content, owner, ...summary }, revision }) => ({
        ...summary,
        revision,
        owner_team: owner?.team ?? null,
        owner_contact: owner?.contact ?? null,
      })),
    ),
    publish.map(({ document }) => JSON.stringify(document.document)),
    commit,
    publishedAt,
  ],
});

/** Forgets what is older than the last versions of the documents that just got a new one. */
export const pruneVersions = (ids: readonly string[]): Statement => ({
  name: 'catalog-prune-versions',
  text: `DELETE FROM versions USING (
      SELECT id, revision, row_number() OVER (PARTITION BY id ORDER BY revision DESC) AS age
      FROM versions WHERE id = ANY ($1::text[])
    ) AS aged
    WHERE versions.id = aged.id AND versions.revision = aged.revision AND aged.age > ${KEPT_VERSIONS}`,
  values: [ids],
});

export const retireDocuments = (retire: SyncPlan['retire']): Statement => ({
  name: 'catalog-retire',
  text: `UPDATE documents SET retired = true, revision = gone.revision
    FROM unnest($1::text[], $2::bigint[]) AS gone (id, revision) WHERE documents.id = gone.id`,
  values: [retire.map(({ id }) => id), retire.map(({ revision }) => revision)],
});

export const moveDocuments = (move: SyncPlan['move']): Statement => ({
  name: 'catalog-move',
  text: `UPDATE documents SET path = moved.path
    FROM unnest($1::text[], $2::text[]) AS moved (id, path) WHERE documents.id = moved.id`,
  values: [move.map(({ id }) => id), move.map(({ path }) => path)],
});

export const deleteFindings: Statement = { name: 'catalog-delete-findings', text: 'DELETE FROM findings' };

export const insertFindings = (findings: readonly Finding[]): Statement => ({
  name: 'catalog-insert-findings',
  text: `INSERT INTO findings (position, path, line, "column", severity, code, message, hint)
    SELECT position, path, line, "column", severity, code, message, hint
    FROM ROWS FROM (
      jsonb_to_recordset($1::jsonb) AS (
        path text, line bigint, "column" bigint, severity text, code text, message text, hint text)
    ) WITH ORDINALITY AS f (path, line, "column", severity, code, message, hint, position)`,
  values: [JSON.stringify(findings)],
});

export const writeSync = (state: SyncState): Statement => ({
  name: 'catalog-write-sync',
  text: `INSERT INTO sync (state, commit, rules, revision, documents, started_at, completed_at, failure)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (singleton) DO UPDATE SET (state, commit, rules, revision, documents, started_at, completed_at, failure)
    = (EXCLUDED.state, EXCLUDED.commit, EXCLUDED.rules, EXCLUDED.revision, EXCLUDED.documents, EXCLUDED.started_at,
      EXCLUDED.completed_at, EXCLUDED.failure)`,
  values: [
    state.state,
    state.commit,
    state.rules,
    state.revision,
    state.documents,
    state.startedAt,
    state.completedAt,
    state.failure,
  ],
});
