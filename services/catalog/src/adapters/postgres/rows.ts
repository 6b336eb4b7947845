import type { JsonObject } from '@pao/kernel';
import type { CatalogChange } from '../../core/domain/catalog-index.ts';
import type { CatalogEntry, CatalogKind, Mode, PublishedDocument } from '../../core/domain/document.ts';
import type { Finding } from '../../core/domain/finding.ts';
import { neverSynced, type SyncState } from '../../core/domain/sync-state.ts';

export interface DocumentRow {
  readonly id: string;
  readonly revision: number;
  readonly retired: boolean;
  readonly kind: CatalogKind;
  readonly hash: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category: string;
  readonly owner_team: string | null;
  readonly owner_contact: string | null;
  readonly mode: Mode | null;
  readonly tags: readonly string[];
  readonly published_at: Date;
}

export const documentColumns = `d.id, d.revision, d.retired, d.kind, d.hash, d.name, d.description, d.version, d.category,
  d.owner_team, d.owner_contact, d.mode, d.tags, d.published_at`;

const toEntry = (row: DocumentRow): CatalogEntry => ({
  id: row.id,
  revision: row.revision,
  kind: row.kind,
  hash: row.hash,
  name: row.name,
  description: row.description,
  version: row.version,
  category: row.category,
  owner:
    row.owner_team === null
      ? null
      : { team: row.owner_team, ...(row.owner_contact !== null && { contact: row.owner_contact }) },
  mode: row.mode,
  tags: row.tags,
  publishedAt: row.published_at,
});

export const toChange = (row: DocumentRow): CatalogChange =>
  row.retired ? { kind: 'retired', id: row.id, revision: row.revision } : { kind: 'published', entry: toEntry(row) };

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
  readonly rules: string | null;
  readonly revision: number;
  readonly documents: number;
  readonly started_at: Date | null;
  readonly completed_at: Date | null;
  readonly failure: string | null;
}

export const toSyncState = (row: SyncRow | undefined): SyncState =>
  row
    ? {
        state: row.state,
        commit: row.commit,
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
