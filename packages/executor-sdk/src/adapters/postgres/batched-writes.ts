import type { OutgoingMessage } from '@pao/bus';
import type { CompletedTask } from '@pao/contracts';
import { createBatcher, type Database, outboxValues } from '@pao/postgres';
import { attemptName, type Hold, keyOf } from '../../core/domain/attempt.ts';
import type { AttemptEnd, NewAttempt } from '../../core/ports/attempt-ledger.ts';
import { FINISH, FOLLOW, START } from './statements.ts';

interface LedgerOwner {
  /** Of the executor among its replicas. */
  readonly instance: string;
  /** Fresh at each start of the process. */
  readonly bootId: string;
  /** Nobody else runs under this instance's name: what an earlier process of it left open is in doubt at once. */
  readonly exclusive: boolean;
}

export interface PostgresLedgerOptions {
  readonly database: Database;
  readonly owner: LedgerOwner;
  /** Called after a commit that left messages to publish. */
  readonly onMessages: () => void;
}

export interface AttemptRow {
  readonly task_id: string;
  readonly generation: number;
  readonly step: string;
  readonly fence: number;
  readonly started_at: Date;
}

interface Finishing {
  readonly hold: Hold;
  readonly end: AttemptEnd;
  readonly message: OutgoingMessage;
}

interface Following extends Pick<Finishing, 'hold' | 'end'> {
  readonly completed: CompletedTask;
  readonly next: NewAttempt;
}

/** What whoever has started an attempt holds. */
export const holdOf = (
  { command, step, leaseMs }: NewAttempt,
  { fence, started_at }: Pick<AttemptRow, 'fence' | 'started_at'>,
): Hold => ({ key: keyOf(command, step), fence, startedAt: started_at, leaseMs });

const startRow = ({ command, step, leaseMs }: NewAttempt) => ({
  task_id: command.taskId,
  generation: command.generation,
  step,
  request_id: command.requestId,
  tenant: command.tenantId,
  action_type: command.action.type,
  fingerprint: command.fingerprint,
  command,
  lease_ms: leaseMs,
});

const endedRow = ({ hold: { key, fence }, end }: Pick<Finishing, 'hold' | 'end'>) => ({
  task_id: key.taskId,
  generation: key.generation,
  step: key.step,
  fence,
  evidence: end.evidence,
  external_ref: end.externalRef,
  tries: end.tries,
});

const finishRow = ({ hold, end, message }: Finishing) => ({
  ...endedRow({ hold, end }),
  outcome: end.outcome,
  code: end.code,
  event_id: message.id,
});

const followRow = ({ hold, end, completed, next: { command, step, leaseMs } }: Following) => {
  // Each of the tasks before keeps its own end.
  const { completedBefore: _theirs, ...own } = command;
  return {
    ...endedRow({ hold, end }),
    completed,
    next_task: command.taskId,
    next_generation: command.generation,
    next_step: step,
    action_type: command.action.type,
    fingerprint: command.fingerprint,
    command: own,
    lease_ms: leaseMs,
  };
};

/** START: resolves to the hold, or to undefined where the attempt can't start. */
export const createStart = ({ database, owner }: PostgresLedgerOptions) =>
  createBatcher<NewAttempt, Hold | undefined>({
    run: async (attempts) => {
      const rows = await database.query<AttemptRow>({
        name: 'attempt-start',
        text: START,
        values: [JSON.stringify(attempts.map(startRow)), owner.instance, owner.bootId],
      });
      const started = new Map(
        rows.map((row) => [attemptName({ taskId: row.task_id, generation: row.generation, step: row.step }), row]),
      );
      return attempts.map((attempt) => {
        const name = attemptName(keyOf(attempt.command, attempt.step));
        const row = started.get(name);
        // One command twice in one batch: one of them has started it.
        started.delete(name);
        return row && holdOf(attempt, row);
      });
    },
  });

/** FINISH: resolves to whether the end was recorded. */
export const createFinish = ({ database, onMessages }: PostgresLedgerOptions) =>
  createBatcher<Finishing, boolean>({
    run: async (all) => {
      const rows = await database.query<{ readonly event_id: string }>({
        name: 'attempt-finish',
        text: FINISH,
        values: [JSON.stringify(all.map(finishRow)), ...outboxValues(all.map(({ message }) => message))],
      });
      if (rows.length > 0) onMessages();
      const ended = new Set(rows.map((row) => row.event_id));
      return all.map(({ message }) => ended.has(message.id));
    },
  });

interface Begun extends Pick<AttemptRow, 'fence' | 'started_at'> {
  readonly preceded_by: string;
}

/** FINISH of one and START of the next: resolves to the hold of the next, or to undefined where neither is recorded by it. */
export const createFollow = ({ database, owner }: PostgresLedgerOptions) =>
  createBatcher<Following, Hold | undefined>({
    run: async (all) => {
      const rows = await database.query<Begun>({
        name: 'attempt-follow',
        text: FOLLOW,
        values: [JSON.stringify(all.map(followRow)), owner.instance, owner.bootId],
      });
      const begun = new Map(rows.map((row) => [row.preceded_by, row]));
      return all.map(({ hold: { key }, next }) => {
        const row = begun.get(key.taskId);
        // One end twice in one batch: one of them has begun what follows.
        begun.delete(key.taskId);
        return row && holdOf(next, row);
      });
    },
  });
