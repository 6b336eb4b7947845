import { firstUuidV7 } from '@pao/kernel';
import type { Database } from '@pao/postgres';
import type { EndedRequests } from '../../core/ports/ended-requests.ts';

const REMOVE = 'SELECT last, removed FROM remove_ended_requests($1, $2, $3, $4, $5, $6)';
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

interface Removed {
  readonly last: string | null;
  readonly removed: number;
}

/** Ids are in the order of creation: what is younger than the latest limit is not even looked at. */
export const createPostgresEndedRequests = (database: Database): EndedRequests => ({
  removeNext: async ({ after = BEFORE_ALL, limits: { completed, aborted, failed }, most }) => {
    const below = firstUuidV7(new Date(Math.max(completed.getTime(), aborted.getTime(), failed.getTime())));
    const values = [after, below, completed, aborted, failed, most];
    const [row] = await database.query<Removed>({ text: REMOVE, values });
    return { last: row?.last ?? undefined, removed: row?.removed ?? 0 };
  },
});
