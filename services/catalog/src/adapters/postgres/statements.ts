import type { Statement } from '@pao/postgres';
import type { Finding } from '../../core/domain/finding.ts';
import type { CategoryOwners } from '../../core/domain/sync-owners.ts';
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
        category text, owner_team text, owner_contact text, mode text, tags text[], visible_teams text[]),
      json_array_elements($2::json)
    ) AS r (id, revision, kind, path, hash, name, description, version, category, owner_team, owner_contact, mode, tags,
      visible_teams, document)
  ), stored AS (
    INSERT INTO documents (id, revision, changed, retired, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, visible_teams, published_at)
    SELECT id, revision, revision, false, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, visible_teams, $4 FROM incoming
    ON CONFLICT (id) DO UPDATE SET (revision, changed, retired, kind, path, hash, name, description, version, category,
      owner_team, owner_contact, mode, tags, visible_teams, published_at)
    = (EXCLUDED.revision, EXCLUDED.changed, false, EXCLUDED.kind, EXCLUDED.path, EXCLUDED.hash, EXCLUDED.name, EXCLUDED.description,
      EXCLUDED.version, EXCLUDED.category, EXCLUDED.owner_team, EXCLUDED.owner_contact, EXCLUDED.mode, EXCLUDED.tags,
      EXCLUDED.visible_teams, EXCLUDED.published_at)
  )
  INSERT INTO versions (id, revision, version, hash, commit, document, published_at)
  SELECT id, revision, version, hash, $3, document, $4 FROM incoming`,
  values: [
    JSON.stringify(
      publish.map(({ document: { document: _content, owner, visibleTeams, ...summary }, revision }) => ({
        ...summary,
        revision,
        owner_team: owner?.team ?? null,
        owner_contact: owner?.contact ?? null,
        visible_teams: visibleTeams,
      })),
    ),
    // One text and not an array of them: the driver and the server would escape and read every sign of it once more.
    JSON.stringify(publish.map(({ document }) => document.document)),
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
  text: `UPDATE documents SET retired = true, revision = gone.revision, changed = gone.revision
    FROM unnest($1::text[], $2::bigint[]) AS gone (id, revision) WHERE documents.id = gone.id`,
  values: [retire.map(({ id }) => id), retire.map(({ revision }) => revision)],
});

export const reassignDocuments = (reassign: SyncPlan['reassign']): Statement => ({
  name: 'catalog-reassign',
  text: `UPDATE documents SET owner_team = owned.team, owner_contact = owned.contact, changed = owned.revision
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS owned (id, team, contact, revision)
    WHERE documents.id = owned.id`,
  values: [
    reassign.map(({ id }) => id),
    reassign.map(({ owner }) => owner?.team ?? null),
    reassign.map(({ owner }) => owner?.contact ?? null),
    reassign.map(({ revision }) => revision),
  ],
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

export const deleteCategoryOwners: Statement = {
  name: 'catalog-delete-category-owners',
  text: 'DELETE FROM category_owners',
};

export const insertCategoryOwners = (categories: readonly CategoryOwners[]): Statement => ({
  name: 'catalog-insert-category-owners',
  text: `INSERT INTO category_owners (category, owners)
    SELECT category, owners FROM jsonb_to_recordset($1::jsonb) AS c (category text, owners text[])`,
  values: [JSON.stringify(categories)],
});

const SYNC_COLUMNS = [
  'state',
  'commit',
  'rules',
  'revision',
  'documents',
  'started_at',
  'completed_at',
  'failure',
  'source',
  'branch',
  'force_pushed_commit',
  'force_pushed_at',
];

export const writeSync = (state: SyncState): Statement => ({
  name: 'catalog-write-sync',
  text: `INSERT INTO sync (${SYNC_COLUMNS.join(', ')})
    VALUES (${SYNC_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT (singleton) DO UPDATE SET (${SYNC_COLUMNS.join(', ')})
    = (${SYNC_COLUMNS.map((column) => `EXCLUDED.${column}`).join(', ')})`,
  values: [
    state.state,
    state.commit,
    state.rules,
    state.revision,
    state.documents,
    state.startedAt,
    state.completedAt,
    state.failure,
    state.source,
    state.branch,
    state.forcePushed?.commit ?? null,
    state.forcePushed?.at ?? null,
  ],
});
