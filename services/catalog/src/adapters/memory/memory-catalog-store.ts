import type { CatalogChange } from '../../core/domain/catalog-index.ts';
import type { CatalogEntry, PublishedDocument } from '../../core/domain/document.ts';
import type { Finding } from '../../core/domain/finding.ts';
import type { CategoryOwners } from '../../core/domain/sync-owners.ts';
import type { DocumentHead } from '../../core/domain/sync-plan.ts';
import { neverSynced, type SyncState } from '../../core/domain/sync-state.ts';
import type { CatalogStore, SyncOutcome, SyncSession } from '../../core/ports/catalog-store.ts';
import type { VersionDocument, VersionStore } from '../../core/ports/version-store.ts';
import { catalogMessages, type MessageContext, type OutgoingMessage } from '../bus/catalog-messages.ts';

interface Row {
  readonly head: DocumentHead;
  /** Of the last change, of the owner alone as well. */
  readonly revision: number;
  readonly published: PublishedDocument;
  /** The last versions, newest first. */
  readonly history: readonly PublishedDocument[];
}

/** Versions kept of each document. */
const KEPT_VERSIONS = 10;

interface State {
  readonly sync: SyncState;
  readonly findings: readonly Finding[];
  readonly categories: readonly CategoryOwners[];
  readonly rows: ReadonlyMap<string, Row>;
}

export interface MemoryCatalogStore extends CatalogStore, VersionStore {
  /** Everything that was sent, in order. */
  readonly sent: readonly OutgoingMessage[];
}

const summaryOf = ({ commit: _commit, document: _document, ...entry }: PublishedDocument): CatalogEntry => entry;

const applied = (state: State, { state: sync, changes }: SyncOutcome, publishedAt: Date): State => {
  if (!changes) return { ...state, sync };
  const rows = new Map(state.rows);
  for (const { document: checked, revision } of changes.plan.publish) {
    const { path, ...summary } = checked;
    const published = { ...summary, revision, publishedAt, commit: sync.commit ?? '' };
    rows.set(checked.id, {
      head: { id: checked.id, path, hash: checked.hash, retired: false, owner: checked.owner },
      revision,
      published,
      history: [published, ...(rows.get(checked.id)?.history ?? [])].slice(0, KEPT_VERSIONS),
    });
  }
  for (const { id, revision } of changes.plan.retire) {
    const row = rows.get(id);
    if (row) rows.set(id, { ...row, revision, head: { ...row.head, retired: true } });
  }
  for (const { id, owner, revision } of changes.plan.reassign) {
    const row = rows.get(id);
    if (!row) continue;
    rows.set(id, { ...row, head: { ...row.head, owner }, revision, published: { ...row.published, owner, revision } });
  }
  for (const { id, path } of changes.plan.move) {
    const row = rows.get(id);
    if (row) rows.set(id, { ...row, head: { ...row.head, path } });
  }
  return { sync, findings: changes.findings, categories: changes.categories, rows };
};

const versionsOf = ({ head, history }: Row): readonly VersionDocument[] =>
  history.map(({ id, revision, version, hash, commit, publishedAt, document }, index) => {
    const state = index > 0 ? 'replaced' : head.retired ? 'retired' : 'offered';
    return { id, revision, version, hash, commit, publishedAt, document, state };
  });

/** Holds the catalog for as long as the process lives: for tests of the core. */
export const createMemoryCatalogStore = (context: MessageContext): MemoryCatalogStore => {
  const sent: OutgoingMessage[] = [];
  let state: State = { sync: neverSynced, findings: [], categories: [], rows: new Map() };
  let queue: Promise<unknown> = Promise.resolve();
  let runningSince: Date | null = null;

  const runOne = async <T>(work: (session: SyncSession) => Promise<T>): Promise<T> => {
    runningSince = context.now();
    const outcomes: SyncOutcome[] = [];
    try {
      const result = await work({
        state: async () => state.sync,
        heads: async () => [...state.rows.values()].map(({ head }) => head),
        documents: async (ids) =>
          [...state.rows.values()]
            .filter(({ head }) => !head.retired && ids.includes(head.id))
            .map(({ head, published }) => ({ path: head.path, document: published.document })),
        finish: async (outcome) => void outcomes.push(outcome),
      });
      for (const outcome of outcomes) {
        state = applied(state, outcome, outcome.state.completedAt ?? context.now());
        sent.push(...catalogMessages(outcome, context));
      }
      return result;
    } finally {
      runningSince = null;
    }
  };

  return {
    sent,
    exclusively: (work) => {
      const turn = queue.then(() => runOne(work));
      queue = turn.catch(() => undefined);
      return turn;
    },
    changesSince: async (after) =>
      [...state.rows.values()]
        .filter(({ revision }) => revision > after)
        .toSorted((a, b) => a.revision - b.revision)
        .map(
          ({ head, revision, published }): CatalogChange =>
            head.retired
              ? { kind: 'retired', id: head.id, revision }
              : { kind: 'published', entry: summaryOf(published) },
        ),
    find: async (id) => {
      const row = state.rows.get(id);
      return row && !row.head.retired ? row.published : undefined;
    },
    categoryOwners: async () => state.categories,
    versions: async (id) => {
      const row = state.rows.get(id);
      return row ? versionsOf(row).map(({ document: _document, ...version }) => version) : [];
    },
    version: async (id, revision) => {
      const row = state.rows.get(id);
      return row && versionsOf(row).find((version) => version.revision === revision);
    },
    report: async () => ({ ...state.sync, findings: state.findings, runningSince }),
  };
};
