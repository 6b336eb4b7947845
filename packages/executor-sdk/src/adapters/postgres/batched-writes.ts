import type { OutgoingMessage } from '@pao/bus';
import type { CompletedTask } from '@pao/contracts';
import { createBatcher, type Database, outboxValues } from '@pao/postgres';
import { attemptName, type Hold, keyOf } from '../../core/domain/attempt.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
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

/** START: resolves to the hold, or to undefined where the attempt can't start. */
export const createStart = ({ database, owner }: PostgresLedgerOptions) =>
  createBatcher<NewAttempt, Hold | undefined>({
    run: async (attempts) => {
      const commands = attempts.map(({ command }) => command);
      const rows = await database.query<AttemptRow>({
        name: 'attempt-start',
        text: START,
        values: [
          commands.map(({ taskId }) => taskId),
          commands.map(({ generation }) => generation),
          attempts.map(({ step }) => step),
          commands.map(({ requestId }) => requestId),
          commands.map(({ tenantId }) => tenantId),
          commands.map(({ action }) => action.type),
          commands.map(({ fingerprint }) => fingerprint),
          commands.map((command) => JSON.stringify(command)),
          attempts.map(({ leaseMs }) => leaseMs),
          owner.instance,
          owner.bootId,
        ],
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
        values: [
          all.map(({ hold }) => hold.key.taskId),
          all.map(({ hold }) => hold.key.generation),
          all.map(({ hold }) => hold.key.step),
          all.map(({ hold }) => hold.fence),
          all.map(({ end }) => end.outcome),
          all.map(({ end }) => end.code ?? null),
          all.map(({ end }) => JSON.stringify(end.evidence)),
          all.map(({ end }) => end.externalRef ?? null),
          all.map(({ end }) => end.tries),
          all.map(({ message }) => message.id),
          all.map(({ message }) => message.body),
          ...outboxValues(all.map(({ message }) => message)),
        ],
      });
      if (rows.length > 0) onMessages();
      const ended = new Set(rows.map((row) => row.event_id));
      return all.map(({ message }) => ended.has(message.id));
    },
  });

/** FINISH of one and START of the next: resolves to the hold of the next, or to undefined where neither is recorded by it. */
export const createFollow = ({ database, owner }: PostgresLedgerOptions) =>
  createBatcher<Following, Hold | undefined>({
    run: async (all) => {
      const rows = await database.query<Pick<AttemptRow, 'task_id' | 'fence' | 'started_at'>>({
        name: 'attempt-follow',
        text: FOLLOW,
        values: [
          all.map(({ hold }) => hold.key.taskId),
          all.map(({ hold }) => hold.key.generation),
          all.map(({ hold }) => hold.key.step),
          all.map(({ hold }) => hold.fence),
          all.map(({ end }) => JSON.stringify(end.evidence)),
          all.map(({ end }) => end.externalRef ?? null),
          all.map(({ end }) => end.tries),
          all.map(({ completed }) => JSON.stringify(completed)),
          all.map(({ next }) => next.command.taskId),
          all.map(({ next }) => next.command.generation),
          all.map(({ next }) => next.step),
          all.map(({ next }) => next.command.action.type),
          all.map(({ next }) => next.command.fingerprint),
          all.map(({ next }) => commandText(next.command)),
          all.map(({ next }) => next.leaseMs),
          owner.instance,
          owner.bootId,
        ],
      });
      const begun = new Map(rows.map((row) => [row.task_id, row]));
      return all.map(({ next }) => {
        const { taskId } = next.command;
        const row = begun.get(taskId);
        // One command twice in one batch: one of them has begun it.
        begun.delete(taskId);
        return row && holdOf(next, row);
      });
    },
  });

/** Each of the tasks before keeps its own end. */
const commandText = ({ completedBefore: _theirs, ...command }: TaskCommand): string => JSON.stringify(command);
