import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { Attempt, Refusal, RequestEvent } from './decide.ts';
import { withKnown } from './decide-escalation.ts';
import { skippedByAbort } from './decisions.ts';
import { isParked, isWithPeople, type Ticket } from './escalation.ts';
import { judgeOutputs, type OutputProblem } from './handed-outputs.ts';
import type { NeededOutput } from './needed-outputs.ts';
import type { Request, Task } from './request.ts';
import { toStorable } from './storable.ts';
import { isFinal } from './transitions.ts';

/** What is heard of the tickets of an escalation. */
export type TicketReport =
  | {
      readonly kind: 'opened';
      readonly round: number;
      /** Tasks without a ticket are left out. */
      readonly tickets: readonly (Attempt & { readonly ticket: Ticket })[];
    }
  | (Attempt & { readonly kind: 'ticket-opened'; readonly round: number; readonly ticket: Ticket })
  | (Attempt & {
      readonly kind: 'done';
      readonly ticket: Ticket;
      readonly outputs: JsonObject;
      readonly note: string | null;
      readonly by: string;
    })
  | (Attempt & { readonly kind: 'declined'; readonly ticket: Ticket; readonly reason: string; readonly by: string });

/** Why a report changes nothing: it is late, repeated, or of another escalation. */
export type TicketRefusal = Refusal | { readonly kind: 'not-with-people' } | { readonly kind: 'other-round' };

export interface TicketDecision {
  readonly events: readonly RequestEvent[];
  /** Present when what was handed back is not what later tasks need. */
  readonly refused?: { readonly task: Task; readonly ticket: Ticket; readonly problems: readonly OutputProblem[] };
}

/** `problem`: nobody can say now what later tasks need, so nothing can be handed back. */
export type Needs = Result<readonly NeededOutput[], string>;

type Decided = Result<TicketDecision, TicketRefusal>;

/** What a report of tickets does to a request. Pure. */
export const decideTicket = (request: Request, report: TicketReport, needs: Needs, at: Date): Decided => {
  if (isFinal(request.status)) return err({ kind: 'request-ended' });
  const isTaken = isWithPeople(request.status) || (report.kind !== 'opened' && isParkedTask(request, report));
  if (!isTaken) return err({ kind: 'not-with-people' });
  switch (report.kind) {
    case 'opened':
      return opened(request, report, at);
    case 'ticket-opened':
      return ticketOpened(request, report, at);
    case 'done':
      return done(request, report, { needs, at });
    case 'declined':
      return declined(request, report, at);
    default:
      return report satisfies never;
  }
};

const isParkedTask = (request: Request, attempt: Attempt): boolean => {
  const task = taskOf(request, attempt);
  return task.ok && isParked(request, task.value);
};

type Of<Kind> = Extract<TicketReport, { readonly kind: Kind }>;

const opened = (request: Request, { round, tickets }: Of<'opened'>, at: Date): Decided => {
  if (round !== request.escalationRound) return err({ kind: 'other-round' });
  const news = tickets.flatMap(({ ticket, ...attempt }) => {
    const task = taskOf(request, attempt);
    return task.ok && isNews(task.value, ticket) ? [{ position: task.value.position, ticket }] : [];
  });
  if (request.status === 'escalating') return ok({ events: [{ kind: 'request-escalated', at, tickets: news }] });
  // Told again, since what was told of these may have been lost.
  if (news.length === 0) return err({ kind: 'not-now', status: 'waiting' });
  return ok({
    events: news.map(({ position, ticket }): RequestEvent => ({ kind: 'task-ticket-opened', at, position, ticket })),
  });
};

const ticketOpened = (request: Request, { round, ticket, ...attempt }: Of<'ticket-opened'>, at: Date): Decided => {
  if (round !== request.escalationRound) return err({ kind: 'other-round' });
  const task = taskOf(request, attempt);
  if (!task.ok) return task;
  if (!isNews(task.value, ticket)) return err({ kind: 'not-now', status: task.value.status });
  return ok({ events: [{ kind: 'task-ticket-opened', at, position: task.value.position, ticket }] });
};

/** Also of a task that was completed before its ticket was heard of. */
const isNews = ({ status, ticket: known }: Task, ticket: Ticket): boolean =>
  (status === 'waiting' || status === 'completed') && (known?.key !== ticket.key || known.url !== ticket.url);

interface HandingBack {
  readonly needs: Needs;
  readonly at: Date;
}

const done = (request: Request, report: Of<'done'>, { needs, at }: HandingBack): Decided => {
  const task = waitingTask(request, report);
  if (!task.ok) return task;
  const { position } = task.value;
  const { ticket, note } = report;
  const outputs = withKnown(task.value, report.outputs);
  const problems = needs.ok ? judgeOutputs(outputs, needs.value) : [{ field: 'outputs', issue: needs.error }];
  if (problems.length === 0)
    return ok({ events: [{ kind: 'task-completed-by-hand', at, position, outputs, note, ticket }] });
  const reason = `ticket ${ticket.key}: ${problems.map(({ field, issue }) => `${field} ${issue}`).join('; ')}`;
  return ok({
    events: [{ kind: 'task-hand-back-refused', at, position, ticket, reason: cutReason(reason) }],
    refused: { task: task.value, ticket, problems },
  });
};

/** What nobody is going to do, the request is never going to have; what is people's work by design a person may have asked for anew. */
const declined = (request: Request, report: Of<'declined'>, at: Date): Decided => {
  const task = waitingTask(request, report);
  if (!task.ok) return task;
  if (isParked(request, task.value)) {
    const failure = { code: 'TICKET_DECLINED', message: cutReason(`${report.reason} (by ${report.by})`) };
    return ok({ events: [{ kind: 'task-failed', at, position: task.value.position, failure }] });
  }
  const skipped = skippedByAbort(request).map(({ position }) => position);
  return ok({ events: [{ kind: 'request-abort', at, reason: cutReason(report.reason), skipped }] });
};

const MAX_REASON = 500;

const cutReason = (reason: string): string =>
  toStorable(reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason);

const waitingTask = (request: Request, attempt: Attempt): Result<Task, TicketRefusal> => {
  const task = taskOf(request, attempt);
  if (!task.ok || task.value.status === 'waiting') return task;
  return err({ kind: 'not-now', status: task.value.status });
};

const taskOf = (request: Request, { taskId, generation }: Attempt): Result<Task, TicketRefusal> => {
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return err({ kind: 'unknown-task' });
  return task.generation === generation ? ok(task) : err({ kind: 'other-generation', generation: task.generation });
};
