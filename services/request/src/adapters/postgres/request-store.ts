import { createBatcher, type Database } from '@pao/postgres';
import { settlesQuota } from '../../core/domain/quota.ts';
import type { Request } from '../../core/domain/request.ts';
import type { RequestStore, StoredAnswer, Submission } from '../../core/ports/request-store.ts';
import { type RequestRow, toRequest } from './found-request.ts';
import { FIND, FIND_ANSWER } from './request-statements.ts';
import { saveAll } from './save-requests.ts';
import { saveDecisionWithQuotas, saveWithQuotas } from './save-with-quotas.ts';
import { submitAll } from './submit-requests.ts';
import { submitWithQuotas } from './submit-with-quotas.ts';

/** Requests in one statement. */
const CAPACITY = 100;
/** What comes from the bus can wait a moment; a person's call waits only beside much of that. */
const GATHER_MS = 16;

const usesQuota = ({ requests }: Submission): boolean => requests.some(({ request }) => request.quota !== null);

/**
 * Requests in Postgres. Every write is one statement, every read another; calls of the same moment share them. What moves quotas is a
 * transaction instead, and shared with its like.
 */
export const createPostgresRequestStore = (database: Database): RequestStore => {
  const batch = { capacity: CAPACITY };
  const weigh = ({ requests }: Submission): number => requests.length;
  const submit = createBatcher({ ...batch, run: submitAll(database), weigh });
  const submitCounted = createBatcher({ ...batch, run: submitWithQuotas(database), weigh });
  const save = createBatcher({ ...batch, gatherMs: GATHER_MS, run: saveAll(database) });
  const saveCounted = createBatcher({ ...batch, run: saveWithQuotas(database) });
  return {
    submit: (submission) => (usesQuota(submission) ? submitCounted : submit)(submission),
    save: (eventId, before, next) => (settlesQuota(next.request) ? saveCounted : save)({ eventId, before, next }),
    saveDecision: saveDecisionWithQuotas(database),
    find: createBatcher({ ...batch, gatherMs: GATHER_MS, run: findAll(database) }),
    findAnswer: async ({ tenantId, principal, route, key }) => {
      const [row] = await database.query<StoredAnswer>({ ...FIND_ANSWER, values: [tenantId, principal, route, key] });
      return row;
    },
  };
};

const findAll =
  (database: Database) =>
  async (ids: readonly string[]): Promise<readonly (Request | undefined)[]> => {
    const rows = await database.query<RequestRow>({ ...FIND, values: [JSON.stringify(ids)] });
    const found = new Map(rows.map((row) => [row.id, toRequest(row)]));
    return ids.map((id) => found.get(id));
  };
