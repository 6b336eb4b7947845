import type { Clock } from '@pao/kernel';
import { countErrors, listFindings } from '../domain/finding.ts';
import {
  type BrokenFile,
  changesCatalog,
  type DocumentHead,
  offeredDespite,
  planSync,
  type SyncPlan,
  type Verdict,
} from '../domain/sync-plan.ts';
import type { SyncState } from '../domain/sync-state.ts';
import type { CatalogSource, Snapshot } from '../ports/catalog-source.ts';
import type { CatalogStore, SyncSession } from '../ports/catalog-store.ts';
import type { DocumentChecker } from '../ports/document-checker.ts';

export interface SyncCatalogDependencies {
  readonly source: CatalogSource;
  readonly checker: DocumentChecker;
  readonly store: CatalogStore;
  readonly now: Clock;
}

export type SyncSummary =
  | { readonly outcome: 'unreadable'; readonly reason: string }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'applied'; readonly plan: SyncPlan; readonly errors: number };

export type SyncCatalog = () => Promise<SyncSummary>;

const judge = async (
  checker: DocumentChecker,
  session: SyncSession,
  snapshot: Snapshot,
  heads: readonly DocumentHead[],
): Promise<Verdict> => {
  const { files, unreadable } = snapshot;
  const withUnreadable = (broken: readonly BrokenFile[]): readonly BrokenFile[] => [
    ...broken,
    ...unreadable.map(({ path }) => ({ path })),
  ];
  const verdict = await checker.check(files, async (broken) => {
    const ids = offeredDespite(heads, withUnreadable(broken)).map(({ id }) => id);
    return ids.length > 0 ? session.documents(ids) : [];
  });
  return {
    documents: verdict.documents,
    broken: withUnreadable(verdict.broken),
    findings: [...verdict.findings, ...unreadable],
  };
};

/** Reads the source and makes the catalog offer what it holds. */
export const createSyncCatalog = ({ source, checker, store, now }: SyncCatalogDependencies): SyncCatalog => {
  const apply = async (session: SyncSession, before: SyncState, snapshot: Snapshot): Promise<SyncSummary> => {
    const { commit } = snapshot;
    const heads = await session.heads();
    const verdict = await judge(checker, session, snapshot, heads);
    const plan = planSync({ heads, verdict, revision: before.revision });
    const first = before.commit === null;
    const { revision, documents } = plan;
    await session.finish({
      state: { ...before, commit, rules: checker.rules, revision, documents, completedAt: now() },
      changes: { plan, findings: listFindings(verdict.findings), announce: first || changesCatalog(plan) },
    });
    return { outcome: 'applied', plan, errors: countErrors(verdict.findings) };
  };

  const sync = async (session: SyncSession): Promise<SyncSummary> => {
    const startedAt = now();
    const before = await session.state();
    const read = await source.read(before.commit);
    if (!read.ok) {
      const { reason } = read.error;
      await session.finish({ state: { ...before, state: 'failed', failure: reason, startedAt, completedAt: now() } });
      return { outcome: 'unreadable', reason };
    }
    const succeeded: SyncState = { ...before, state: 'succeeded', failure: null, startedAt, completedAt: null };
    const known = before.commit === read.value.commit && before.rules === checker.rules;
    if (!known) return apply(session, succeeded, read.value);
    await session.finish({ state: { ...succeeded, completedAt: now() } });
    return { outcome: 'unchanged' };
  };

  return () => store.exclusively(sync);
};
