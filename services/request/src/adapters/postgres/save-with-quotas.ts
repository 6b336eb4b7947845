import type { Database, Queryable } from '@pao/postgres';
import { settlesQuota } from '../../core/domain/quota.ts';
import type { Request } from '../../core/domain/request.ts';
import type { Answer, NextVersion, QuotaRelease } from '../../core/ports/request-store.ts';
import { RELEASE, SETTLE } from './quota-statements.ts';
import { saveDecision } from './save-decision.ts';
import { type SaveOutcome, type Saving, saveAll } from './save-requests.ts';

const settle = (tx: Queryable, requestIds: readonly string[]): Promise<unknown> =>
  tx.query({ ...SETTLE, values: [requestIds] });

/** Saves next versions that end requests which use quotas, and settles those in the same transaction. */
export const saveWithQuotas =
  (database: Database) =>
  (all: readonly Saving[]): Promise<readonly SaveOutcome[]> =>
    database.transaction(async (tx) => {
      const outcomes = await saveAll(tx)(all);
      const saved = all.filter((_, index) => outcomes[index] === 'saved');
      if (saved.length > 0)
        await settle(
          tx,
          saved.map(({ before }) => before.id),
        );
      return outcomes;
    });

const releasesOf = (next: NextVersion | QuotaRelease): readonly number[] => ('releases' in next ? next.releases : []);

/** The same for a decision, which may also give back what was committed. One that does neither costs no transaction. */
export const saveDecisionWithQuotas =
  (database: Database) =>
  (before: Request, next: NextVersion | QuotaRelease, answer?: Answer): ReturnType<ReturnType<typeof saveDecision>> => {
    const releases = releasesOf(next);
    if (releases.length === 0 && !settlesQuota(next.request)) return saveDecision(database)(before, next, answer);
    return database.transaction(async (tx) => {
      const outcome = await saveDecision(tx)(before, next, answer);
      if (outcome !== 'saved') return outcome;
      await settle(tx, [before.id]);
      if (releases.length > 0) await tx.query({ ...RELEASE, values: [before.id, releases, next.request.updatedAt] });
      return outcome;
    });
  };
