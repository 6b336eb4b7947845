import { type Decision, statusOf } from './status.ts';
import type { RequestStatus, TaskStatus } from './transitions.ts';

/** What operators should look at, and what to do about it. Nothing of it is repaired by itself: the cause matters more. */
export const ATTENTION = {
  'task-unanswered':
    'No executor took the command, though it was sent again. Look whether executors of the pool run, and at its queue and its dead-letter queue; a retry is not possible, an abort is.',
  'task-silent':
    'An executor started the task and has not been heard of since. Look at the executor’s ledger and log for the task; its lease decides what happens next. If no executor runs, start one.',
  'task-waits-long':
    'What the task waits for outside has not come. Look at the target or the ticket; abort the request when it is not wanted any more.',
  'abort-unanswered':
    'The executor was asked to cancel and has not answered. Look whether executors of the pool run, and at their log.',
  'escalation-without-tickets':
    'The request was handed to people, and no tickets were reported. Look whether the escalation service runs and reaches its ticket system.',
  'message-unpublished':
    'Messages have not left the outbox. Look whether the bus answers and whether this service may publish to it. For the queue of a pool: whether the queue exists, and the pool is among PAO_EXECUTOR_POOLS here.',
  'pool-silent':
    'No executor of the pool has announced itself for five minutes, and tasks wait for it. Nothing fails: start executors of the pool, and they go on.',
  'status-differs':
    'The stored status does not follow from the tasks. Keep the rows, look who wrote them, and tell the developers.',
  'counts-differ':
    'The stored counts are not those of the tasks. Keep the rows, look who wrote them, and tell the developers.',
  'audit-head-differs':
    'The audit does not end as the request says. Run "devctl audit verify --request" on it and against the last anchor.',
  'quota-differs':
    'What is counted of a quota is not what requests hold of it. Keep the rows, and tell the developers.',
} as const satisfies Readonly<Record<string, string>>;

export type AttentionKind = keyof typeof ATTENTION;

export interface Finding {
  readonly kind: AttentionKind;
  /** The request, `<request>/<position>` for a task, or a part of the service; with the kind it tells one finding from another. */
  readonly subject: string;
  /** Null: it concerns everybody. */
  readonly tenantId: string | null;
  readonly requestId: string | null;
  readonly message: string;
  /** What its age is counted from. */
  readonly since: Date;
}

/** What is stored about one request, of one moment. */
export interface StoredRecord {
  readonly requestId: string;
  readonly tenantId: string;
  readonly status: RequestStatus;
  readonly decision: Decision;
  readonly completedTasks: number;
  readonly skippedTasks: number;
  readonly totalTasks: number;
  readonly updatedAt: Date;
  readonly taskStatuses: readonly TaskStatus[];
  /** How many of its tasks undo others. */
  readonly undos: number;
  /** Where the request says that its audit ends; hexadecimal. */
  readonly head: { readonly sequence: number; readonly hash: string };
  /** Where it does; null without any row. */
  readonly lastRow: { readonly sequence: number; readonly hash: string } | null;
}

/** Where records of one request contradict each other. */
export const contradictionsOf = (record: StoredRecord): readonly Finding[] => {
  const { requestId, tenantId, updatedAt: since } = record;
  return CHECKS.flatMap(([kind, check]) => {
    const message = check(record);
    return message === undefined ? [] : [{ kind, subject: requestId, tenantId, requestId, message, since }];
  });
};

type Check = (record: StoredRecord) => string | undefined;

const checkStatus: Check = ({ status, decision, taskStatuses, undos }) => {
  const expected = statusOf(
    decision,
    taskStatuses.map((one) => ({ status: one, rollbackOf: undos > 0 ? 0 : null })),
  );
  return status === expected ? undefined : `it is stored as ${status}, and its tasks make it ${expected}`;
};

const checkCounts: Check = ({ completedTasks, skippedTasks, totalTasks, taskStatuses }) => {
  const count = (status: TaskStatus): number => taskStatuses.filter((one) => one === status).length;
  const stored = `${completedTasks} completed and ${skippedTasks} skipped of ${totalTasks}`;
  const found = `${count('completed')} completed and ${count('skipped')} skipped of ${taskStatuses.length}`;
  return stored === found ? undefined : `${stored} tasks are stored, ${found} are there`;
};

const checkHead: Check = ({ head, lastRow }) => {
  if (lastRow === null) return `row ${head.sequence} of its audit should be the last, and there is none`;
  if (lastRow.sequence === head.sequence && lastRow.hash === head.hash) return undefined;
  const what = lastRow.sequence === head.sequence ? 'with another hash' : `and it ends with row ${lastRow.sequence}`;
  return `row ${head.sequence} of its audit should be the last, ${what}`;
};

const CHECKS = [
  ['status-differs', checkStatus],
  ['counts-differ', checkCounts],
  ['audit-head-differs', checkHead],
] as const satisfies readonly (readonly [AttentionKind, Check])[];
