import type { Database } from '@pao/postgres';
import { IS_OPEN } from './statements.ts';

export interface OpenAttempts {
  readonly running: number;
  /** Under way by the ledger, with a lease that is over. */
  readonly inDoubt: number;
}

export const countOpenAttempts = async (database: Database): Promise<OpenAttempts> => {
  const [row] = await database.query<{ running: number; in_doubt: number }>({
    name: 'attempt-count-open',
    text: `SELECT count(*) FILTER (WHERE lease_until > now()) AS running,
      count(*) FILTER (WHERE lease_until <= now()) AS in_doubt
    FROM attempt WHERE ${IS_OPEN}`,
  });
  return { running: row?.running ?? 0, inDoubt: row?.in_doubt ?? 0 };
};
