import type { Database } from '@pao/postgres';

export interface ParkedCounts {
  readonly check: number;
  readonly callback: number;
  readonly approval: number;
  /** Of the wake-up that is overdue for longest; 0 when none is. */
  readonly overdueSeconds: number;
}

export const countParkedTasks = async (database: Database): Promise<ParkedCounts> => {
  const [row] = await database.query<ParkedCounts>({
    name: 'parked-count',
    text: `SELECT count(*) FILTER (WHERE kind = 'check') AS "check", count(*) FILTER (WHERE kind = 'callback') AS callback,
      count(*) FILTER (WHERE kind = 'approval') AS approval,
      coalesce(greatest(extract(epoch FROM now() - min(wake_at)), 0), 0)::float8 AS "overdueSeconds"
    FROM parked_task`,
  });
  return row ?? { check: 0, callback: 0, approval: 0, overdueSeconds: 0 };
};
