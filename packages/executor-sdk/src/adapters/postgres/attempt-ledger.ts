import type { OutgoingMessage } from '@pao/bus';
import { outboxValues } from '@pao/postgres';
import { currentTraceparent } from '@pao/runtime';
import { type AttemptKey, attemptName, type InDoubtAttempt, keyOf, REFUSED } from '../../core/domain/attempt.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { TaskEvent } from '../../core/domain/task-events.ts';
import type { AttemptLedger, StartAnswer } from '../../core/ports/attempt-ledger.ts';
import { type AttemptRow, createFinish, createStart, type PostgresLedgerOptions } from './batched-writes.ts';
import { createCancel } from './cancel.ts';
import * as sql from './statements.ts';

interface OpenRow extends AttemptRow {
  readonly command: string;
}

interface StandingRow extends Omit<AttemptRow, 'task_id'> {
  readonly command: string | null;
  readonly outcome: string | null;
  readonly in_doubt: boolean;
  readonly lease_left_ms: number;
}

const toMessage = (event: TaskEvent): OutgoingMessage => {
  const traceparent = currentTraceparent();
  return { ...event, destination: 'topic:task-events', ...(traceparent !== undefined && { traceparent }) };
};

const toInDoubt = (row: OpenRow): InDoubtAttempt => ({
  key: { taskId: row.task_id, generation: row.generation, step: row.step },
  fence: row.fence,
  startedAt: row.started_at,
  command: JSON.parse(row.command) as TaskCommand,
});

const keyValues = ({ taskId, generation, step }: AttemptKey) => [taskId, generation, step];

/** Tells the end of an attempt again. */
const createTellEnd =
  ({ database, onMessages }: PostgresLedgerOptions) =>
  async ({ taskId, generation }: Pick<TaskCommand, 'taskId' | 'generation'>): Promise<void> => {
    const values = [taskId, generation];
    const rows = await database.query({ name: 'attempt-tell-end', text: sql.TELL_END, values });
    if (rows.length > 0) onMessages();
  };

/** The ledger on PostgreSQL: START and FINISH are one statement each, shared by the attempts of the same moment. */
export const createPostgresAttemptLedger = (options: PostgresLedgerOptions): AttemptLedger => {
  const { database, owner, onMessages } = options;
  /** What attempts of earlier processes are recognised by; a name that nobody has while the instance may have twins. */
  const predecessor = [owner.exclusive ? owner.instance : '', owner.bootId];
  const start = createStart(options);
  const finish = createFinish(options);
  const cancel = createCancel(options);

  const tellEnd = createTellEnd(options);

  const findStanding = async (command: TaskCommand, step: string): Promise<StartAnswer> => {
    const [row] = await database.query<StandingRow>({
      name: 'attempt-standing',
      text: sql.FIND_STANDING,
      values: [...predecessor, ...keyValues(keyOf(command, step))],
    });
    if (row === undefined) throw new Error(`${attemptName(keyOf(command, step))} neither starts nor stands`);
    if (row.generation > command.generation) return { kind: 'superseded' };
    if (row.outcome !== null || row.command === null) {
      await tellEnd(command);
      return { kind: 'ended' };
    }
    if (!row.in_doubt) return { kind: 'running', leaseLeftMs: Math.max(0, row.lease_left_ms) };
    return { kind: 'in-doubt', attempt: toInDoubt({ ...row, task_id: command.taskId, command: row.command }) };
  };

  return {
    start: async (attempt) => {
      const hold = await start(attempt);
      return hold ? { kind: 'started', hold } : findStanding(attempt.command, attempt.step);
    },
    refuse: async ({ command, code, evidence, event }) => {
      const { taskId, generation, requestId, tenantId, action, fingerprint } = command;
      const about = [taskId, generation, requestId, tenantId, action.type, fingerprint, owner.instance, owner.bootId];
      const rows = await database.query({
        name: 'attempt-refuse',
        text: sql.REFUSE,
        values: [...about, code, JSON.stringify(evidence), event.body, ...outboxValues([toMessage(event)])],
      });
      if (rows.length === 0) return findStanding(command, REFUSED);
      onMessages();
      return { kind: 'ended' };
    },
    cancel: async ({ cancellation, step, event }) => {
      const outcome = await cancel({ cancellation, step, message: toMessage(event) });
      if (outcome === 'begun') await tellEnd(cancellation);
      return outcome;
    },
    announce: async (hold, event) => {
      const rows = await database.query({
        name: 'attempt-announce',
        text: sql.ANNOUNCE,
        values: [...keyValues(hold.key), hold.fence, ...outboxValues([toMessage(event)])],
      });
      if (rows.length > 0) onMessages();
    },
    finish: async (hold, end, event) => {
      if (await finish({ hold, end, message: toMessage(event) })) return 'recorded';
      const [row] = await database.query<{ readonly recorded: boolean }>({
        name: 'attempt-keep-late',
        text: sql.KEEP_LATE,
        values: [...keyValues(hold.key), hold.fence, JSON.stringify(end)],
      });
      return row?.recorded === true ? 'recorded' : 'late';
    },
    takeOver: async ({ key, fence }, leaseMs) => {
      const [row] = await database.query<Pick<AttemptRow, 'fence' | 'started_at'>>({
        name: 'attempt-take-over',
        text: sql.TAKE_OVER,
        values: [...predecessor, owner.instance, leaseMs, ...keyValues(key), fence],
      });
      return row && { key, fence: row.fence, startedAt: row.started_at, leaseMs };
    },
    listInDoubt: async (limit) => {
      const rows = await database.query<OpenRow>({
        name: 'attempt-list-in-doubt',
        text: sql.LIST_IN_DOUBT,
        values: [...predecessor, limit],
      });
      return rows.map(toInDoubt);
    },
  };
};
