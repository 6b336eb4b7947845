import type { OutgoingMessage } from '@pao/bus';
import {
  type CatalogItemPublishedV1,
  catalogItemPublishedV1,
  catalogItemRetiredV1,
  catalogSyncCompletedV1,
  encodeMessage,
} from '@pao/contracts';
import type { Clock, NewId } from '@pao/kernel';
import { currentCorrelationId, currentTraceparent } from '@pao/runtime';
import { countErrors } from '../../core/domain/finding.ts';
import type { SyncOutcome } from '../../core/ports/catalog-store.ts';

export type { OutgoingMessage } from '@pao/bus';

export interface MessageContext {
  readonly now: Clock;
  readonly newId: NewId;
}

/** The catalog is one for all tenants. */
const TENANT = 'default';

/** The group of what concerns the catalog as a whole. */
const WHOLE_CATALOG = 'catalog';

/** What consumers of the catalog are told of a sync, in the order of revisions, the completion last. */
export const catalogMessages = (
  { state, changes }: SyncOutcome,
  { now, newId }: MessageContext,
): readonly OutgoingMessage[] => {
  if (!changes) return [];
  const time = state.completedAt ?? now();
  const commit = state.commit ?? '';
  const correlationId = currentCorrelationId() ?? `catalog-sync-${newId()}`;
  const traceparent = currentTraceparent();

  const message = (type: string, subject: string, dedup: string, encode: (fields: Fields) => string) => {
    const id = newId();
    return {
      id,
      destination: 'topic:catalog-events',
      groupId: subject,
      dedupId: dedup,
      type,
      body: encode({ id, subject, time, correlationId, tenantId: TENANT }),
      ...(traceparent !== undefined && { traceparent }),
    } as const;
  };

  const published = changes.plan.publish.map(({ document: checked, revision }) => {
    const { id, kind, version, hash } = checked;
    // The contract's JSON type is a mutable one; nothing alters a document.
    const document = checked.document as CatalogItemPublishedV1['document'];
    return message(catalogItemPublishedV1.type, id, `${id}-r${revision}`, (fields) =>
      encodeMessage(catalogItemPublishedV1, fields, { id, kind, version, hash, revision, commit, document }),
    );
  });
  const retired = changes.plan.retire.map(({ id, revision }) =>
    message(catalogItemRetiredV1.type, id, `${id}-r${revision}`, (fields) =>
      encodeMessage(catalogItemRetiredV1, fields, { id, revision, commit }),
    ),
  );
  if (!changes.announce) return [...published, ...retired];
  const completed = message(
    catalogSyncCompletedV1.type,
    WHOLE_CATALOG,
    `sync-r${state.revision}-${newId()}`,
    (fields) =>
      encodeMessage(catalogSyncCompletedV1, fields, {
        commit,
        revision: state.revision,
        documents: state.documents,
        errors: countErrors(changes.findings),
        completedAt: time.toISOString(),
      }),
  );
  return [...published, ...retired, completed];
};

type Fields = Parameters<typeof encodeMessage>[1];
