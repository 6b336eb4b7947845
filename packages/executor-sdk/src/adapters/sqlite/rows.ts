import type { OutgoingMessage } from '@pao/bus';
import type { TaskEvent } from '../../core/domain/task-events.ts';
import type { MemoryState } from '../memory/attempt-ledger.ts';
import type { StoredAttempt, StoredPark } from '../memory/store.ts';
import type { SqliteDatabase } from './database.ts';

interface AttemptRow {
  readonly name: string;
  readonly lease_until: number;
  readonly document: string;
}

interface ParkedRow {
  readonly name: string;
  readonly wake_at: number;
  readonly document: string;
}

type Dated<T, Names extends keyof T> = Omit<T, Names> & { readonly [name in Names]: string };

const attemptOf = ({ lease_until, document }: AttemptRow): StoredAttempt => {
  const stored = JSON.parse(document) as Dated<Omit<StoredAttempt, 'leaseUntil'>, 'startedAt'>;
  return { ...stored, startedAt: new Date(stored.startedAt), leaseUntil: lease_until };
};

const parkOf = ({ wake_at, document }: ParkedRow): StoredPark => {
  const stored = JSON.parse(document) as Dated<Omit<StoredPark, 'wakeAt'>, 'startedAt' | 'since' | 'until'>;
  const times = { startedAt: new Date(stored.startedAt), since: new Date(stored.since), until: new Date(stored.until) };
  return { ...stored, ...times, wakeAt: wake_at };
};

/** Rows of some tasks in memory, and what to write of them afterwards. */
export interface LoadedTasks {
  readonly state: MemoryState;
  save(): void;
}

const attemptText = ({ leaseUntil: _column, ...attempt }: StoredAttempt): string => JSON.stringify(attempt);
const parkText = ({ wakeAt: _column, ...park }: StoredPark): string => JSON.stringify(park);

/** Reads all that there is of some tasks, and writes what has changed. */
export const loadTasks = (
  database: SqliteDatabase,
  taskIds: readonly string[],
  told: { readonly at: number; readonly traceparent: string | undefined; readonly repetition: () => string },
): LoadedTasks => {
  const ids = JSON.stringify(taskIds);
  const ofTasks = 'WHERE task_id IN (SELECT value FROM json_each(?))';
  const attempts = database.all<AttemptRow>(
    `SELECT name, lease_until, document FROM attempt ${ofTasks} ORDER BY rowid`,
    ids,
  );
  const parked = database.all<ParkedRow>(`SELECT name, wake_at, document FROM parked_task ${ofTasks}`, ids);
  const state: MemoryState = {
    attempts: new Map(attempts.map((row) => [row.name, attemptOf(row)])),
    waiting: new Map(parked.map((row) => [row.name, parkOf(row)])),
    events: [],
    repetition: told.repetition,
  };
  const attemptsBefore = new Map(attempts.map((row) => [row.name, row]));
  const parkedBefore = new Map(parked.map((row) => [row.name, row]));

  const saveAttempts = (): void => {
    for (const [name, attempt] of state.attempts) {
      const [before, document] = [attemptsBefore.get(name), attemptText(attempt)];
      if (before?.document === document && before.lease_until === attempt.leaseUntil) continue;
      database.run(
        `INSERT INTO attempt (name, task_id, open, lease_until, document) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET open = excluded.open, lease_until = excluded.lease_until, document = excluded.document`,
        ...[name, attempt.key.taskId, attempt.end ? 0 : 1, attempt.leaseUntil, document],
      );
    }
  };
  const saveParked = (): void => {
    for (const [name, park] of state.waiting) {
      const [before, document] = [parkedBefore.get(name), parkText(park)];
      if (before?.document === document && before.wake_at === park.wakeAt) continue;
      database.run(
        `INSERT INTO parked_task (name, task_id, kind, wake_at, document) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, wake_at = excluded.wake_at, document = excluded.document`,
        ...[name, park.command.taskId, park.park.kind, park.wakeAt, document],
      );
    }
    for (const name of parkedBefore.keys())
      if (!state.waiting.has(name)) database.run('DELETE FROM parked_task WHERE name = ?', name);
  };
  return {
    state,
    save: () => {
      saveAttempts();
      saveParked();
      for (const event of state.events) insertMessage(database, toMessage(event, told.traceparent), told.at);
    },
  };
};

export const toMessage = (event: TaskEvent, traceparent: string | undefined): OutgoingMessage => ({
  ...event,
  destination: 'topic:task-events',
  ...(traceparent !== undefined && { traceparent }),
});

export const insertMessage = (database: SqliteDatabase, message: OutgoingMessage, at: number): void => {
  const { id, destination, groupId, dedupId, type, body, traceparent } = message;
  database.run(
    `INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body, traceparent, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, destination, groupId, dedupId, type, body, traceparent ?? null, at],
  );
};
