import { createHash } from 'node:crypto';
import type { CatalogEntry, CatalogSync, DataOf, getCatalogForm, getCatalogItem } from '@pao/contracts';
import type { CatalogEntry as Entry, PublishedDocument } from '../../core/domain/document.ts';
import type { SyncReport } from '../../core/domain/sync-state.ts';
import type { Delivery } from '../../core/ports/delivery-log.ts';
import type { DocumentForm } from '../../core/use-cases/get-form.ts';

export const entryResponse = (entry: Entry): CatalogEntry => ({
  id: entry.id,
  kind: entry.kind,
  name: entry.name,
  description: entry.description,
  version: entry.version,
  category: entry.category,
  owner: entry.owner,
  mode: entry.mode,
  tags: [...entry.tags],
  hash: entry.hash,
  publishedAt: entry.publishedAt.toISOString(),
});

type ItemResponse = DataOf<typeof getCatalogItem>;
type FormResponse = DataOf<typeof getCatalogForm>;

export const itemResponse = (document: PublishedDocument): ItemResponse => ({
  ...entryResponse(document),
  commit: document.commit,
  // The contract's JSON type is a mutable one; nothing alters a document. The same for forms.
  document: document.document as ItemResponse['document'],
});

export const formResponse = ({ id, version, schema, uiSchema, fields }: DocumentForm): FormResponse =>
  ({ id, version, schema, uiSchema, fields }) as FormResponse;

/** What `GET /catalog/sync` tells of. */
export interface SyncFacts {
  readonly report: SyncReport;
  /** The name of the source. */
  readonly source: string;
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
}

const deliveryResponse = ({ id, event, outcome, receivedAt }: Delivery): CatalogSync['deliveries'][number] => ({
  id,
  event,
  outcome,
  receivedAt: receivedAt.toISOString(),
});

/** What the last sync that ended did. */
export const syncResponse = ({ report, source, deliveries }: SyncFacts): CatalogSync => ({
  state: report.state,
  source,
  branch: report.branch,
  commit: report.commit,
  forcePushed: report.forcePushed && { commit: report.forcePushed.commit, at: report.forcePushed.at.toISOString() },
  revision: report.revision,
  documents: report.documents,
  startedAt: report.startedAt?.toISOString() ?? null,
  completedAt: report.completedAt?.toISOString() ?? null,
  failure: report.failure,
  findings: [...report.findings],
  deliveries: deliveries.map(deliveryResponse),
});

/** What is under way, or else what the last sync did. */
export const liveSyncResponse = (facts: SyncFacts): CatalogSync => {
  const last = syncResponse(facts);
  const { runningSince } = facts.report;
  return runningSince
    ? { ...last, state: 'running', startedAt: runningSince.toISOString(), completedAt: null, failure: null }
    : last;
};

/**
 * Headers of an answer that a client may keep and must ask about again. Weak: equal content, whatever bytes a later version of
 * this service makes of it.
 * @param parts all that the content follows from.
 */
export const revalidated = (...parts: readonly (string | number)[]) => ({
  etag: `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}"`,
  'cache-control': 'private, no-cache',
});
