import { OUTBOX_PARAMETERS, outboxInsert, outboxValues, type Queryable } from '@pao/postgres';
import type { SyncOutcome, SyncSession } from '../../core/ports/catalog-store.ts';
import type { OfferedDocument } from '../../core/ports/document-checker.ts';
import { catalogMessages, type MessageContext, type OutgoingMessage } from '../bus/catalog-messages.ts';
import { type HeadRow, type SyncRow, toHead, toSyncState } from './rows.ts';
import {
  deleteCategoryOwners,
  deleteFindings,
  insertCategoryOwners,
  insertFindings,
  moveDocuments,
  pruneVersions,
  publishDocuments,
  reassignDocuments,
  retireDocuments,
  writeSync,
} from './statements.ts';

/** Rows a statement: enough to make round trips cheap, few enough to keep its parameters in memory. */
const BATCH = 1_000;

const batches = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) => rows.slice(index * BATCH, (index + 1) * BATCH));

const insertMessages = (messages: readonly OutgoingMessage[]) => ({
  name: `catalog-outbox-${OUTBOX_PARAMETERS}`,
  text: outboxInsert(1),
  values: outboxValues(messages),
});

const write = async (tx: Queryable, outcome: SyncOutcome, context: MessageContext): Promise<void> => {
  const { state, changes } = outcome;
  await tx.query(writeSync(state));
  if (!changes) return;
  const { plan, findings, categories } = changes;
  const commit = state.commit ?? '';
  const publishedAt = state.completedAt ?? context.now();
  if (plan.reassign.length > 0) await tx.query(reassignDocuments(plan.reassign));
  for (const publish of batches(plan.publish)) {
    await tx.query(publishDocuments({ publish, commit, publishedAt }));
    await tx.query(pruneVersions(publish.map(({ document }) => document.id)));
  }
  if (plan.retire.length > 0) await tx.query(retireDocuments(plan.retire));
  if (plan.move.length > 0) await tx.query(moveDocuments(plan.move));
  await tx.query(deleteFindings);
  if (findings.length > 0) await tx.query(insertFindings(findings));
  await tx.query(deleteCategoryOwners);
  if (categories.length > 0) await tx.query(insertCategoryOwners(categories));
  for (const messages of batches(catalogMessages(outcome, context))) await tx.query(insertMessages(messages));
};

/** A sync inside a transaction that holds the lock: its writes become visible when that commits. */
export const openSyncSession = (tx: Queryable, context: MessageContext): SyncSession => ({
  state: async () => {
    const [row] = await tx.query<SyncRow>({ name: 'catalog-read-sync', text: 'SELECT * FROM sync' });
    return toSyncState(row);
  },
  heads: async () => {
    const rows = await tx.query<HeadRow>({
      name: 'catalog-heads',
      text: 'SELECT id, path, hash, retired, owner_team, owner_contact FROM documents',
    });
    return rows.map(toHead);
  },
  documents: (ids) =>
    tx.query<OfferedDocument>({
      name: 'catalog-documents',
      text: `SELECT d.path, v.document FROM documents AS d JOIN versions AS v ON v.id = d.id AND v.revision = d.revision
        WHERE d.id = ANY ($1::text[]) AND NOT d.retired`,
      values: [ids],
    }),
  finish: (outcome) => write(tx, outcome, context),
});
