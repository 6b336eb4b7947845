import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { Attempt, Refusal, RequestEvent } from './decide.ts';
import { skippedByAbort } from './decisions.ts';
import { isWithPeople, type Ticket, waitsForPeople } from './escalation.ts';
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
  if (!isWithPeople(request.status)) return err({ kind: 'not-with-people' });
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

type Of<Kind> = Extract<TicketReport, { readonly kind: Kind }>;

const opened = (request: Request, { round, tickets }: Of<'opened'>, at: Date): Decided => {
  if (round !== request.escalationRound || request.status !== 'escalating') return err({ kind: 'other-round' });
  const news = tickets.flatMap(({ ticket, ...attempt }) => {
    const task = taskOf(request, attempt);
    return task.ok && isNews(task.value, ticket) ? [{ position: task.value.position, ticket }] : [];
  });
  return ok({ events: [{ kind: 'request-escalated', at, tickets: news }] });
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
  const { ticket, outputs, note } = report;
  const problems = needs.ok ? judgeOutputs(outputs, needs.value) : [{ field: 'outputs', issue: needs.error }];
  if (problems.length === 0)
    return ok({ events: [{ kind: 'task-completed-by-hand', at, position, outputs, note, ticket }] });
  const reason = `ticket ${ticket.key}: ${problems.map(({ field, issue }) => `${field} ${issue}`).join('; ')}`;
  return ok({
    events: [{ kind: 'task-hand-back-refused', at, position, ticket, reason: cutReason(reason) }],
    refused: { task: task.value, ticket, problems },
  });
};

/** What nobody is going to do, the request is never going to have. */
const declined = (request: Request, report: Of<'declined'>, at: Date): Decided => {
  const task = waitingTask(request, report);
  if (!task.ok) return task;
  const skipped = skippedByAbort(request).map(({ position }) => position);
  return ok({ events: [{ kind: 'request-abort', at, reason: cutReason(report.reason), skipped }] });
};

const MAX_REASON = 500;

const cutReason = (reason: string): string =>
  toStorable(reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason);

const waitingTask = (request: Request, attempt: Attempt): Result<Task, TicketRefusal> => {
  const task = taskOf(request, attempt);
  if (!task.ok || waitsForPeople(request, task.value)) return task;
  return err({ kind: 'not-now', status: task.value.status });
};

const taskOf = (request: Request, { taskId, generation }: Attempt): Result<Task, TicketRefusal> => {
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return err({ kind: 'unknown-task' });
  return task.generation === generation ? ok(task) : err({ kind: 'other-generation', generation: task.generation });
};
