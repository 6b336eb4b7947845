import { firstUuidV7 } from '@pao/kernel';
import type { Database } from '@pao/postgres';

/**
 * Tasks with everything known of them, or nothing: a generation that goes on where an earlier one failed reads what that one did.
 * What is open or parked stays, whatever its age.
 */
const REMOVE = `WITH looked AS (
  SELECT DISTINCT task_id FROM attempt WHERE task_id > $1 AND task_id < $2 ORDER BY task_id LIMIT $3
), gone AS (
  DELETE FROM attempt USING looked WHERE attempt.task_id = looked.task_id
    AND NOT EXISTS (
      SELECT 1 FROM attempt AS other WHERE other.task_id = looked.task_id
        AND (other.outcome IS NULL OR greatest(other.started_at, other.finished_at) >= now() - make_interval(days => $4))
    )
    AND NOT EXISTS (SELECT 1 FROM parked_task WHERE parked_task.task_id = looked.task_id)
  RETURNING 1
)
SELECT (SELECT task_id FROM looked ORDER BY task_id DESC LIMIT 1) AS last, (SELECT count(*) FROM gone) AS removed`;

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;

export interface OldAttempts {
  readonly olderThanDays: number;
  /** Tasks that are looked at in one short transaction. */
  readonly atOnce?: number;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

interface Removed {
  readonly last: string | null;
  readonly removed: number;
}

/**
 * Forgets attempts that ended long ago. They are what keeps a command that comes again from beginning anew, so they must outlive
 * every such command: queues keep messages for 14 days, the request service sends again only what belongs to a request that it has
 * (180 days after its last change at most, unless set otherwise), and dead letters with commands are not kept for longer.
 *
 * Ids of tasks are in the order of creation and no attempt is older than its task, so that the key is all the index this needs:
 * what is younger is not even looked at. An id of another form may be kept for longer, and is judged by its times like any other.
 */
export const removeOldAttempts = async (
  database: Database,
  { olderThanDays, atOnce = 500, signal, now = () => new Date() }: OldAttempts,
): Promise<number> => {
  const below = firstUuidV7(new Date(now().getTime() - olderThanDays * DAY_MS));
  let removed = 0;
  for (let after: string | null = BEFORE_ALL; after !== null && signal?.aborted !== true; ) {
    const step: Removed | undefined = (
      await database.query<Removed>({ text: REMOVE, values: [after, below, atOnce, olderThanDays] })
    )[0];
    removed += step?.removed ?? 0;
    after = step?.last ?? null;
  }
  return removed;
};
