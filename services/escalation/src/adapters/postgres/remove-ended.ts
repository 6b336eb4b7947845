import { firstUuidV7 } from '@pao/kernel';
import type { Database } from '@pao/postgres';
import { OLD_COMMANDS, OLD_INCIDENTS, OLD_LETTERS, OLD_REQUESTS } from './retention-statements.ts';

/**
 * How long a command may lie among the dead letters, at most: what an executor has done is forgotten after its own retention, and
 * a command must never come to one that does not know it any more.
 */
const COMMAND_DAYS = 180;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;

export interface Retention {
  readonly days: number;
  /** Of requests, or rows, in one short transaction. */
  readonly atOnce?: number;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

export interface RemovedCounts {
  readonly requests: number;
  readonly incidents: number;
  readonly letters: number;
}

interface Removed {
  readonly last: string | null;
  readonly removed: number;
}

/** Forgets requests, incidents and dead letters that were over before so many days. What waits for somebody stays. */
export const removeEnded = async (
  database: Database,
  { days, atOnce = 200, signal, now = () => new Date() }: Retention,
): Promise<RemovedCounts> => {
  const since = (count: number): Date => new Date(now().getTime() - count * DAY_MS);
  const isStopped = (): boolean => signal?.aborted === true;
  const step = async (text: string, values: readonly unknown[]): Promise<Removed> =>
    (await database.query<Removed>({ text, values: [...values] }))[0] ?? { last: null, removed: 0 };

  /** Ids of requests are in the order of creation: what is younger is not even looked at. */
  const removeRequests = async (): Promise<number> => {
    let [removed, after]: [number, string | null] = [0, BEFORE_ALL];
    while (after !== null && !isStopped()) {
      const done: Removed = await step(OLD_REQUESTS, [after, firstUuidV7(since(days)), atOnce, since(days)]);
      removed += done.removed;
      after = done.last;
    }
    return removed;
  };

  const repeat = async (text: string, values: readonly unknown[]): Promise<number> => {
    let [total, last] = [0, atOnce];
    while (last === atOnce && !isStopped()) {
      last = (await step(text, [...values, atOnce])).removed;
      total += last;
    }
    return total;
  };

  const requests = await removeRequests();
  const commands = await repeat(OLD_COMMANDS, [since(Math.min(days, COMMAND_DAYS))]);
  const letters = await repeat(OLD_LETTERS, [since(days)]);
  return { requests, letters: letters + commands, incidents: await repeat(OLD_INCIDENTS, [since(days)]) };
};
