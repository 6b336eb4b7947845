import { auditLinkText } from '@pao/contracts';
import { approvalSteps } from './audit-approvals.ts';
import { escalationSteps } from './audit-escalation.ts';
import type { RequestEvent } from './decide.ts';
import { isEscalationEvent } from './escalation.ts';
import { evolve } from './evolve.ts';
import { type AuditHead, type Request, type Task, taskAt } from './request.ts';

/** SHA-256 of a text, hexadecimal. */
export type Digest = (text: string) => string;

/** Who or what caused a change, and the trace it belongs to. */
export interface Cause {
  /** The e-mail address of a person, or the name of a part of the system. */
  readonly actor: string;
  readonly correlationId: string;
  readonly traceId: string | null;
  readonly at: Date;
}

/** One row of the audit of one request. `taskId` null: a change of the request itself. */
export interface Change {
  readonly sequence: number;
  readonly at: Date;
  readonly actor: string;
  readonly change: string;
  readonly taskId: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly correlationId: string;
  readonly traceId: string | null;
  /** Why a person decided so, where one was given; by which condition a task was skipped. */
  readonly reason: string | null;
  /** With which generation a task runs again; null for all other changes. */
  readonly generation: number | null;
  /** Over the hash of the row before and this row, hexadecimal. */
  readonly hash: string;
}

export type Step = Pick<Change, 'change' | 'taskId' | 'from' | 'to' | 'reason' | 'generation'>;

/**
 * The text a row's hash is made over: its members in fixed order, after the hash of the row before. Reason and generation take part
 * where there are any, so that rows from before there were such verify as they did.
 */
export const linkText = (requestId: string, previous: string, row: Omit<Change, 'hash'>): string =>
  auditLinkText(requestId, previous, { ...row, at: row.at.toISOString() });

/** The change of a task that waits until a person has decided about what it would do. */
export const AWAITS_APPROVAL = 'task-awaits-approval';

/** Who or what changes a request, and how the chain's hashes are made. */
export interface Recording {
  readonly cause: Cause;
  readonly digest: Digest;
}

const link = (requestId: string, head: AuditHead, step: Step, { cause, digest }: Recording): Change => {
  const row = { sequence: head.sequence + 1, ...step, ...cause };
  return { ...row, hash: digest(linkText(requestId, head.hash, row)) };
};

/** The sequence of the first row that is missing, moved or altered; undefined when the chain is whole up to its last row. */
export const brokenLink = (requestId: string, rows: readonly Change[], digest: Digest): number | undefined => {
  let previous = '';
  for (const [index, row] of rows.entries()) {
    if (row.sequence !== index + 1 || row.hash !== digest(linkText(requestId, previous, row))) return index + 1;
    previous = row.hash;
  }
  return undefined;
};

/** A request on its way to its next version: its new state, and the audit rows that tell how it got there. */
export interface Progress {
  readonly request: Request;
  readonly changes: readonly Change[];
}

export const begin = (request: Request): Progress => ({ request, changes: [] });

/** Adds the row that says a request was accepted. */
export const recordSubmission = (request: Request, recording: Recording): Progress =>
  append(
    begin(request),
    [{ change: 'request-submitted', taskId: null, from: null, to: request.status, ...NO_DETAIL }],
    recording,
  );

/** Adds the row that says what the request had used of quotas was given back; the request stays what it is. */
export const recordQuotaRelease = (progress: Progress, reason: string, recording: Recording): Progress => {
  const { status } = progress.request;
  const released = { change: 'quota-released', taskId: null, from: status, to: status, reason, generation: null };
  return append(progress, [released], recording);
};

/** Carries out events one by one: a row for each, and one for each change of the request's own state that follows from it. */
export const advance = (progress: Progress, events: readonly RequestEvent[], recording: Recording): Progress =>
  events.reduce((soFar, event) => step(soFar, event, recording), progress);

const step = (progress: Progress, event: RequestEvent, recording: Recording): Progress => {
  const before = progress.request;
  const after = evolve(before, event);
  if ('stage' in event)
    return append({ request: after, changes: progress.changes }, approvalSteps(before, after, event), recording);
  if (isEscalationEvent(event))
    return append({ request: after, changes: progress.changes }, escalationSteps(before, after, event), recording);
  const steps: Step[] = after.tasks
    // What it carries with it has not moved.
    .filter(
      (task, index) =>
        task !== before.tasks[index] && (event.kind !== 'task-queued' || task.position === event.position),
    )
    .map((task) => taskStep(before, task, event));
  if (after.status !== before.status) {
    steps.push({
      change: `request-${after.status}`,
      taskId: null,
      from: before.status,
      to: after.status,
      ...whyOf(event),
    });
  }
  return append({ request: after, changes: progress.changes }, steps, recording);
};

const taskStep = (before: Request, task: Task, event: RequestEvent): Step => {
  if (task.position > before.tasks.length) return addedStep(before, task);
  const moved = { taskId: task.id, from: taskAt(before, task.position).status, to: task.status, ...NO_DETAIL };
  switch (event.kind) {
    case 'request-retry':
      return { ...moved, change: 'task-retried', generation: task.generation };
    case 'request-abort':
    case 'request-rollback':
      return { ...moved, change: 'task-skipped' };
    case 'task-skipped':
      return { ...moved, change: event.kind, reason: event.reason };
    case 'task-parked': {
      const change = event.waitingFor.kind === 'approval' ? AWAITS_APPROVAL : 'task-waiting';
      return { ...moved, change, reason: event.waitingFor.what };
    }
    case 'task-plan-decided': {
      const { approved, reason } = event.decision;
      return { ...moved, change: approved ? 'task-plan-approved' : 'task-plan-rejected', reason };
    }
    default:
      return { ...moved, change: event.kind };
  }
};

/** Of a task that undoes another one. */
const addedStep = (before: Request, { id, status, rollbackOf }: Task): Step => {
  const undone = rollbackOf === null ? undefined : taskAt(before, rollbackOf);
  const reason = undone ? `undoes task ${undone.position} (${undone.name})` : null;
  return { change: 'task-undo-added', taskId: id, from: null, to: status, ...NO_DETAIL, reason };
};

const NO_DETAIL = { reason: null, generation: null };

const whyOf = (event: RequestEvent): Pick<Change, 'reason' | 'generation'> =>
  'again' in event || 'skipped' in event ? { ...NO_DETAIL, reason: event.reason } : NO_DETAIL;

const append = ({ request, changes }: Progress, steps: readonly Step[], recording: Recording): Progress => {
  let head = request.audit;
  const rows = steps.map((entry) => {
    const row = link(request.id, head, entry, recording);
    head = { sequence: row.sequence, hash: row.hash };
    return row;
  });
  return { request: { ...request, audit: head, updatedAt: recording.cause.at }, changes: [...changes, ...rows] };
};
