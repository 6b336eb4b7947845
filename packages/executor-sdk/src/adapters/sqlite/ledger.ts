import { randomUUID } from 'node:crypto';
import { currentTraceparent } from '@pao/runtime';
import type { AttemptLedger } from '../../core/ports/attempt-ledger.ts';
import type { Notices } from '../../core/ports/notices.ts';
import type { ParkedTasks } from '../../core/ports/parked-tasks.ts';
import type { StepLedger } from '../../core/ports/step-ledger.ts';
import { createMemoryAttemptLedger, type MemoryAttemptLedger } from '../memory/attempt-ledger.ts';
import type { TaskKey } from '../memory/store.ts';
import type { SqliteDatabase } from './database.ts';
import { insertMessage, loadTasks, toMessage } from './rows.ts';

export interface SqliteLedgerOptions {
  readonly database: SqliteDatabase;
  /** Called after a commit that left messages to publish. */
  readonly onMessages: () => void;
}

export interface SqliteLedger {
  readonly ledger: AttemptLedger;
  readonly steps: StepLedger;
  readonly parked: ParkedTasks;
  readonly notices: Notices;
}

/** A task, and those that began with the end of the one before. */
const FOLLOWING = `WITH RECURSIVE following (task_id) AS (
  VALUES (?)
  UNION
  SELECT json_extract(attempt.document, '$.followedBy.taskId') FROM attempt JOIN following USING (task_id)
  WHERE json_extract(attempt.document, '$.followedBy') IS NOT NULL
)
SELECT task_id FROM following`;

/** The clock of the epoch as it was at the start, and steady from then on. */
const steadyClock = (): (() => number) => {
  const start = Date.now() - performance.now();
  return () => start + performance.now();
};

/**
 * The ledger of one process, in one file. What it decides is what the ledger in memory decides, over the rows of the task in question,
 * which are read and written in one transaction.
 */
export const createSqliteLedger = ({ database, onMessages }: SqliteLedgerOptions): SqliteLedger => {
  const elapsed = steadyClock();

  const over = async <T>(
    find: () => readonly string[],
    work: (ledger: MemoryAttemptLedger) => Promise<T>,
  ): Promise<T> => {
    // In the trace of the caller: others may run the transaction.
    const told = { at: Date.now(), traceparent: currentTraceparent(), repetition: randomUUID };
    const { result, messages } = await database.transact(async () => {
      const { state, save } = loadTasks(database, find(), told);
      const result = await work(createMemoryAttemptLedger(elapsed, state));
      save();
      return { result, messages: state.events.length };
    });
    if (messages > 0) onMessages();
    return result;
  };
  const ofTasks = <T>(keys: readonly TaskKey[], work: (ledger: MemoryAttemptLedger) => Promise<T>): Promise<T> =>
    over(() => keys.map(({ taskId }) => taskId), work);
  const of = <T>(key: TaskKey, work: (ledger: MemoryAttemptLedger) => Promise<T>): Promise<T> => ofTasks([key], work);
  const tasks =
    (sql: string, ...values: readonly (number | string)[]) =>
    (): readonly string[] =>
      database.all<{ readonly task_id: string }>(sql, ...values).map((row) => row.task_id);
  /** Over the tasks that began right behind it, too. */
  const withFollowing = <T>({ taskId }: TaskKey, work: (ledger: MemoryAttemptLedger) => Promise<T>): Promise<T> =>
    over(tasks(FOLLOWING, taskId), work);

  return {
    ledger: {
      start: (attempt) => withFollowing(attempt.command, (ledger) => ledger.start(attempt)),
      refuse: (attempt) => withFollowing(attempt.command, (ledger) => ledger.refuse(attempt)),
      cancel: (attempt) => withFollowing(attempt.cancellation, (ledger) => ledger.cancel(attempt)),
      announce: (hold, event) => of(hold.key, (ledger) => ledger.announce(hold, event)),
      finish: (hold, end, event) => of(hold.key, (ledger) => ledger.finish(hold, end, event)),
      follow: (hold, end, completed, next) =>
        ofTasks([hold.key, next.command], (ledger) => ledger.follow(hold, end, completed, next)),
      takeOver: (attempt, leaseMs) => of(attempt.key, (ledger) => ledger.takeOver(attempt, leaseMs)),
      listInDoubt: (limit) =>
        over(
          tasks(
            'SELECT task_id FROM attempt WHERE open = 1 AND lease_until <= ? ORDER BY lease_until LIMIT ?',
            elapsed(),
            limit,
          ),
          (ledger) => ledger.listInDoubt(limit),
        ),
    },
    steps: {
      advance: (hold, end, next) => of(hold.key, ({ steps }) => steps.advance(hold, end, next)),
      park: (hold, end, parked) => of(hold.key, ({ steps }) => steps.park(hold, end, parked)),
      lastDone: (command) => of(command, ({ steps }) => steps.lastDone(command)),
      carryOn: (attempt, before, on) =>
        withFollowing(attempt.command, ({ steps }) => steps.carryOn(attempt, before, on)),
    },
    parked: {
      claimDue: (limit, leaseMs) =>
        over(
          tasks('SELECT task_id FROM parked_task WHERE wake_at <= ? ORDER BY wake_at LIMIT ?', elapsed(), limit),
          ({ parked }) => parked.claimDue(limit, leaseMs),
        ),
      nextWakeMs: () =>
        database.transact(() => {
          const [row] = database.all<{ readonly next: number | null }>('SELECT min(wake_at) AS next FROM parked_task');
          return row === undefined || row.next === null ? undefined : Math.max(0, row.next - elapsed());
        }),
      settle: (task, settlement) => of(task.key, ({ parked }) => parked.settle(task, settlement)),
      goOn: (task, next) => of(task.key, ({ parked }) => parked.goOn(task, next)),
      answer: (task, given) => of(task, ({ parked }) => parked.answer(task, given)),
      cancel: (cancellation, event) => of(cancellation, ({ parked }) => parked.cancel(cancellation, event)),
    },
    notices: {
      tell: async (event) => {
        const message = toMessage(event, currentTraceparent());
        await database.transact(() => insertMessage(database, message, Date.now()));
        onMessages();
      },
    },
  };
};
