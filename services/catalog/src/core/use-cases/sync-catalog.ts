import type { Clock } from '@pao/kernel';
import { countErrors, listFindings } from '../domain/finding.ts';
import { applyOwners } from '../domain/sync-owners.ts';
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
  | { readonly outcome: 'applied'; readonly commit: string; readonly plan: SyncPlan; readonly errors: number };

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

/** The state after a snapshot was read, whatever the checks say of it. */
const stateAfter = (before: SyncState, { commit, branch, forced }: Snapshot, source: string, at: Date): SyncState => ({
  ...before,
  state: 'succeeded',
  failure: null,
  commit,
  branch,
  source,
  forcePushed: forced ? { commit, at } : before.forcePushed,
});

/** Reads the source and makes the catalog offer what it holds. What brings nothing new writes nothing. */
export const createSyncCatalog = ({ source, checker, store, now }: SyncCatalogDependencies): SyncCatalog => {
  const apply = async (session: SyncSession, before: SyncState, snapshot: Snapshot): Promise<SyncSummary> => {
    const heads = await session.heads();
    const verdict = await judge(checker, session, snapshot, heads);
    const { documents: owned, categories, findings: ownersFindings } = applyOwners(verdict, snapshot.codeowners);
    const plan = planSync({ heads, verdict: { ...verdict, documents: owned }, revision: before.revision });
    const first = before.rules === null;
    const { revision, documents } = plan;
    const findings = listFindings([...verdict.findings, ...ownersFindings]);
    await session.finish({
      state: { ...before, rules: checker.rules, revision, documents, completedAt: now() },
      changes: { plan, findings, categories, announce: first || changesCatalog(plan) },
    });
    return { outcome: 'applied', commit: snapshot.commit, plan, errors: countErrors(verdict.findings) };
  };

  const fail = async (
    session: SyncSession,
    before: SyncState,
    reason: string,
    startedAt: Date,
  ): Promise<SyncSummary> => {
    if (before.failure !== reason) {
      await session.finish({ state: { ...before, state: 'failed', failure: reason, startedAt, completedAt: now() } });
    }
    return { outcome: 'unreadable', reason };
  };

  const sync = async (session: SyncSession): Promise<SyncSummary> => {
    const startedAt = now();
    const before = await session.state();
    const { commit, branch } = before;
    const known = commit !== null && before.source === source.name ? { commit, branch } : null;
    const judged = before.rules === checker.rules;
    const read = await source.read(known, judged ? 'if-changed' : 'always');
    if (!read.ok) return fail(session, before, read.error.reason, startedAt);
    if (read.value !== 'unchanged') {
      const state = { ...stateAfter(before, read.value, source.name, startedAt), startedAt, completedAt: null };
      return apply(session, state, read.value);
    }
    if (before.state !== 'succeeded') {
      await session.finish({ state: { ...before, state: 'succeeded', failure: null, startedAt, completedAt: now() } });
    }
    return { outcome: 'unchanged' };
  };

  return () => store.exclusively(sync);
};
