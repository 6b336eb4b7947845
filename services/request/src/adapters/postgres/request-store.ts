import { type Database, DatabaseError } from '@pao/postgres';
import type { Request } from '../../core/domain/request.ts';
import type { RequestStore, StoredAnswer } from '../../core/ports/request-store.ts';
import { createBatcher } from './batcher.ts';
import { type RequestRow, toRequest } from './found-request.ts';
import { FIND, FIND_ANSWER } from './request-statements.ts';
import { saveDecision } from './save-decision.ts';
import { saveAll } from './save-requests.ts';
import { submitAll } from './submit-requests.ts';

/** Requests in one statement. */
const CAPACITY = 100;

/** A statement with an error of its own is refused the same way again, so one of its inputs is to blame. */
const blames = (thrown: unknown): boolean => thrown instanceof DatabaseError;

/** Requests in Postgres. Every write is one statement, every read another; calls of the same moment share them. */
export const createPostgresRequestStore = (database: Database): RequestStore => {
  const batch = { blames, capacity: CAPACITY };
  const submit = createBatcher({ ...batch, run: submitAll(database), weigh: ({ requests }) => requests.length });
  const save = createBatcher({ ...batch, run: saveAll(database) });
  return {
    submit,
    save: (eventId, before, next) => save({ eventId, before, next }),
    saveDecision: saveDecision(database),
    find: createBatcher({ ...batch, run: findAll(database) }),
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
