import type { JsonObject } from '@pao/kernel';
import type { CatalogChange } from '../../core/domain/catalog-index.ts';
import type { CatalogEntry, CatalogKind, Mode, Owner, PublishedDocument } from '../../core/domain/document.ts';
import type { Finding } from '../../core/domain/finding.ts';
import type { DocumentHead } from '../../core/domain/sync-plan.ts';
import { type ForcePush, neverSynced, type SyncState } from '../../core/domain/sync-state.ts';

interface OwnerColumns {
  readonly owner_team: string | null;
  readonly owner_contact: string | null;
}

const toOwner = ({ owner_team: team, owner_contact: contact }: OwnerColumns): Owner | null =>
  team === null ? null : { team, ...(contact !== null && { contact }) };

export interface DocumentRow extends OwnerColumns {
  readonly id: string;
  readonly changed: number;
  readonly retired: boolean;
  readonly kind: CatalogKind;
  readonly hash: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category: string;
  readonly mode: Mode | null;
  readonly tags: readonly string[];
  readonly visible_teams: readonly string[] | null;
  readonly published_at: Date;
}

export const documentColumns = `d.id, d.changed, d.retired, d.kind, d.hash, d.name, d.description, d.version, d.category,
  d.owner_team, d.owner_contact, d.mode, d.tags, d.visible_teams, d.published_at`;

const toEntry = (row: DocumentRow): CatalogEntry => ({
  id: row.id,
  revision: row.changed,
  kind: row.kind,
  hash: row.hash,
  name: row.name,
  description: row.description,
  version: row.version,
  category: row.category,
  owner: toOwner(row),
  mode: row.mode,
  tags: row.tags,
  visibleTeams: row.visible_teams,
  publishedAt: row.published_at,
});

export const toChange = (row: DocumentRow): CatalogChange =>
  row.retired ? { kind: 'retired', id: row.id, revision: row.changed } : { kind: 'published', entry: toEntry(row) };

export type HeadRow = Omit<DocumentHead, 'owner'> & OwnerColumns;

export const toHead = ({ id, path, hash, retired, ...owner }: HeadRow): DocumentHead => ({
  id,
  path,
  hash,
  retired,
  owner: toOwner(owner),
});

export interface VersionRow extends DocumentRow {
  readonly commit: string;
  readonly document: JsonObject;
}

export const toPublishedDocument = (row: VersionRow): PublishedDocument => ({
  ...toEntry(row),
  commit: row.commit,
  document: row.document,
});

export interface SyncRow {
  readonly state: SyncState['state'];
  readonly commit: string | null;
  readonly source: string | null;
  readonly branch: string | null;
  readonly force_pushed_commit: string | null;
  readonly force_pushed_at: Date | null;
  readonly rules: string | null;
  readonly revision: number;
  readonly documents: number;
  readonly started_at: Date | null;
  readonly completed_at: Date | null;
  readonly failure: string | null;
}

const toForcePush = ({ force_pushed_commit: commit, force_pushed_at: at }: SyncRow): ForcePush | null =>
  commit !== null && at ? { commit, at } : null;

export const toSyncState = (row: SyncRow | undefined): SyncState =>
  row
    ? {
        state: row.state,
        commit: row.commit,
        source: row.source,
        branch: row.branch,
        forcePushed: toForcePush(row),
        rules: row.rules,
        revision: row.revision,
        documents: row.documents,
        startedAt: row.started_at,
        completedAt: row.completed_at,
        failure: row.failure,
      }
    : neverSynced;

export type FindingRow = Omit<Finding, 'hint'> & { readonly hint: string | null };

export const toFinding = ({ path, line, column, severity, code, message, hint }: FindingRow): Finding => ({
  path,
  line,
  column,
  severity,
  code,
  message,
  ...(hint !== null && { hint }),
});
