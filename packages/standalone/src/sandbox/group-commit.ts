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
      try {
        if (opened.failure !== undefined) throw opened.failure;
        database.exec('COMMIT');
        resolve();
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        reject(error);
      }
    });
    return opened;
  };

  return async (work) => {
    turn ??= open();
    const mine = turn;
    let result: ReturnType<typeof work> | undefined;
    try {
      if (mine.failure === undefined) result = work();
    } catch (error) {
      mine.failure = error;
    }
    await mine.ended;
    return result as ReturnType<typeof work>;
  };
};

interface Turn {
  readonly ended: Promise<void>;
  failure: unknown;
}
