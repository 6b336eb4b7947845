import { outboxValues } from '@pao/postgres';
import type { DoneStep, StepPoint } from '../../core/domain/steps.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { Answer, Park } from '../../core/domain/verdict.ts';
import type { ParkedTask, ParkedTasks, Settlement } from '../../core/ports/parked-tasks.ts';
import type { PostgresLedgerOptions } from './batched-writes.ts';
import { toMessage } from './messages.ts';
import * as sql from './parked-statements.ts';
import { createFindNext, goneOnText, nextHold, nextValues, type StartedRow, waitValues } from './step-ledger.ts';
import { GO_ON } from './step-statements.ts';

interface ParkedRow {
  readonly task_id: string;
  readonly generation: number;
  readonly step: string;
  readonly command: string;
  readonly park: string;
  readonly done: string;
  readonly started_at: Date;
  readonly since: Date;
  readonly until_at: Date;
  readonly fence: number;
  readonly answer: string | null;
  readonly answered: string | null;
  readonly looks: number;
  readonly failures: number;
  readonly sequence: number;
  readonly claimed_at: Date;
  readonly superseded: boolean;
}

interface UnansweredRow {
  readonly parked: boolean;
  readonly answered: string | null;
  readonly point: string | null;
}

const toParked = (row: ParkedRow): ParkedTask => ({
  command: JSON.parse(row.command) as TaskCommand,
  key: { taskId: row.task_id, generation: row.generation, step: row.step },
  fence: row.fence,
  park: JSON.parse(row.park) as Park,
  done: JSON.parse(row.done) as readonly DoneStep[],
  answer: row.answer === null ? undefined : (JSON.parse(row.answer) as Answer),
  answered: row.answered ?? undefined,
  startedAt: row.started_at,
  since: row.since,
  claimedAt: row.claimed_at,
  until: row.until_at,
  looks: row.looks,
  failures: row.failures,
  sequence: row.sequence,
  superseded: row.superseded,
});

const claimOf = ({ key, fence }: ParkedTask) => [key.taskId, key.generation, key.step, fence];

type Waiting = Extract<Settlement, { kind: 'parked' }>;

/** Writes of a settlement: the statement, and how many messages it leaves. */
const statementOf = (task: ParkedTask, settlement: Settlement) => {
  const claim = claimOf(task);
  switch (settlement.kind) {
    case 'parked':
      return waitOn(task, settlement);
    case 'later':
      return { name: 'parked-later', text: sql.LOOK_LATER, values: [...claim, settlement.afterMs], messages: 0 };
    case 'ended': {
      const { event } = settlement;
      const values = [...claim, event.body, ...outboxValues([toMessage(event)])];
      return { name: 'parked-end', text: sql.END_PARKED, values, messages: 1 };
    }
    case 'dropped':
      return { name: 'parked-drop', text: sql.DROP_PARKED, values: claim, messages: 0 };
    default:
      return settlement satisfies never;
  }
};

const waitOn = (task: ParkedTask, { park, event, progress }: Waiting) => {
  const told = [event, progress].filter((one) => one !== undefined).map(toMessage);
  const wait = [...waitValues(park), park.until, park.wakeInMs, park.sequence];
  const noted = [event?.body ?? null, goneOnText({ next: park.park, done: task.done })];
  const values = [...claimOf(task), ...wait, ...noted, ...outboxValues(told)];
  return { name: 'parked-wait-on', text: sql.WAIT_ON, values, messages: told.length };
};

/** Parked tasks on PostgreSQL: a row each, found by the index of their wake-ups. */
export const createPostgresParkedTasks = (options: PostgresLedgerOptions): ParkedTasks => {
  const { database, onMessages } = options;
  const findNext = createFindNext(options);
  return {
    claimDue: async (limit, leaseMs) => {
      const values = [limit, leaseMs];
      const rows = await database.query<ParkedRow>({ name: 'parked-claim', text: sql.CLAIM_DUE, values });
      return rows.map(toParked);
    },
    nextWakeMs: async () => {
      const rows = await database.query<{ readonly in_ms: number | null }>({
        name: 'parked-next',
        text: sql.NEXT_WAKE,
      });
      const inMs = rows[0]?.in_ms ?? undefined;
      return inMs === undefined ? undefined : Math.max(0, inMs);
    },
    settle: async (task, settlement) => {
      const { messages, ...statement } = statementOf(task, settlement);
      const rows = await database.query(statement);
      if (rows.length === 0) return 'lost';
      if (messages > 0) onMessages();
      return 'recorded';
    },
    goOn: async (task, next) => {
      const { key, fence, done } = task;
      const values = [...nextValues(options, next), key.step, fence, goneOnText({ next: next.next, done })];
      const [row] = await database.query<StartedRow>({ name: 'parked-go-on', text: GO_ON, values });
      return row ? nextHold(next, row) : ((await findNext(next)) ?? 'lost');
    },
    answer: async ({ taskId, generation }, { answer, digest }) => {
      const values = [taskId, generation, answer.kind, JSON.stringify(answer), digest];
      const kept = await database.query({ name: 'parked-answer', text: sql.ANSWER, values });
      if (kept.length > 0) return 'stored';
      const rows = await database.query<UnansweredRow>({
        name: 'parked-unanswered',
        text: sql.FIND_UNANSWERED,
        values: [taskId, generation],
      });
      const [row] = rows;
      if (row === undefined) return 'not-waiting';
      if (row.parked) return row.answered === digest ? 'known' : 'not-waiting';
      const point = row.point === null ? undefined : (JSON.parse(row.point) as StepPoint);
      return point?.answered === digest ? 'known' : 'early';
    },
    cancel: async ({ taskId, generation }, event) => {
      const values = [taskId, generation, event.body, ...outboxValues([toMessage(event)])];
      const rows = await database.query({ name: 'parked-cancel', text: sql.CANCEL_PARKED, values });
      if (rows.length > 0) onMessages();
      return rows.length > 0;
    },
  };
};
