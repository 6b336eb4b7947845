import type { DatabaseSync } from 'node:sqlite';

/** Runs work on the database and resolves with its result when that is on disk. */
export type Commit = <T>(work: () => T) => Promise<T>;

/**
 * One transaction for all calls of one turn of the event loop: writing costs most of a small transaction, and answers wait
 * for it anyway. A failure undoes the whole turn and rejects all of it.
 */
export const createGroupCommit = (database: DatabaseSync): Commit => {
  let turn: Turn | undefined;

  const open = (): Turn => {
    database.exec('BEGIN IMMEDIATE');
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    const opened: Turn = { ended, failure: undefined };
    setImmediate(() => {
      turn = undefined;
      if (opened.failure === undefined) opened.failure = failureOf(() => database.exec('COMMIT'));
      if (database.isTransaction) database.exec('ROLLBACK');
      if (opened.failure === undefined) resolve();
      else reject(opened.failure);
    });
    return opened;
  };

  return async <T>(work: () => T): Promise<T> => {
    turn ??= open();
    const mine = turn;
    const results: T[] = [];
    mine.failure ??= failureOf(() => results.push(work()));
    await mine.ended;
    return results[0] as T;
  };
};

const failureOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

interface Turn {
  readonly ended: Promise<void>;
  failure: unknown;
}
