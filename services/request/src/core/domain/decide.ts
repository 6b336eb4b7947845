import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { ApprovalEvent } from './decide-approval.ts';
import { report } from './decide-report.ts';
import type { EscalationEvent, Ticket } from './escalation.ts';
import { type Failure, isHandedOver, type Request, type StuckReason, type Task, taskAt } from './request.ts';
import { isOver, isRunning } from './status.ts';
import { isFinal, type TaskStatus } from './transitions.ts';
import type { PlanDecision, WaitingFor } from './waiting.ts';

/** One try at one task. */
export interface Attempt {
  readonly taskId: string;
  readonly generation: number;
}

export interface Completion {
  readonly kind: 'complete';
  readonly startedAt: Date;
  readonly at: Date;
  readonly outputs: JsonObject;
  /** How the target calls what was made. */
  readonly externalRef?: string;
}

/** What became of an attempt, as far as is known. */
export type Finding =
  | { readonly kind: 'start'; readonly startedAt: Date }
  | Completion
  | { readonly kind: 'fail'; readonly startedAt: Date; readonly at: Date; readonly failure: Failure }
  | {
      readonly kind: 'give-up';
      /** Null: it never started. */
      readonly startedAt: Date | null;
      readonly at: Date;
      readonly reason: StuckReason;
      readonly failure: Failure;
    }
  /** The executor has done its part; the rest is up to people. */
  | {
      readonly kind: 'wait';
      readonly startedAt: Date;
      readonly at: Date;
      readonly ticket: Ticket;
      /** As far as they are known. */
      readonly outputs: JsonObject;
    }
  /** No worker is at it; the executor goes on by itself once what it waits for has come. */
  | {
      readonly kind: 'park';
      readonly startedAt: Date;
      readonly at: Date;
      readonly waitingFor: WaitingFor;
      /** As far as they are known. */
      readonly outputs: JsonObject;
    }
  /** It never started, and never will; or, where it was parked, it will not go on. */
  | { readonly kind: 'cancel'; readonly at: Date; readonly parked: boolean };

/** What the executor reports about one attempt of one task. */
export type TaskReport = Attempt & Finding;

/** The same, with the tasks of its order that were completed before that one began. */
export type Report = TaskReport & { readonly completedBefore?: readonly (Attempt & Completion)[] };

/** What becomes of a pending task whose turn has come. */
export type Dispatch =
  | (Attempt & {
      readonly kind: 'queue';
      readonly at: Date;
      /** Positions of the tasks that its command carries, too. */
      readonly followUps?: readonly number[];
    })
  | (Attempt & { readonly kind: 'skip'; readonly at: Date; readonly reason: string })
  | (Attempt & { readonly kind: 'refuse'; readonly at: Date; readonly failure: Failure });

export type Command = Report | Dispatch;

export type RequestEvent =
  | {
      readonly kind: 'task-queued';
      readonly position: number;
      readonly at: Date;
      readonly followUps: readonly number[];
    }
  | { readonly kind: 'task-skipped'; readonly position: number; readonly at: Date; readonly reason: string | null }
  | { readonly kind: 'task-started'; readonly position: number; readonly at: Date }
  | {
      readonly kind: 'task-completed';
      readonly position: number;
      readonly at: Date;
      readonly outputs: JsonObject;
      readonly externalRef?: string;
    }
  | {
      readonly kind: 'task-waiting';
      readonly position: number;
      readonly at: Date;
      readonly outputs: JsonObject;
      readonly ticket: Ticket;
    }
  | {
      readonly kind: 'task-parked';
      readonly position: number;
      readonly at: Date;
      readonly outputs: JsonObject;
      readonly waitingFor: WaitingFor;
    }
  | { readonly kind: 'task-called-back'; readonly position: number; readonly at: Date }
  | {
      readonly kind: 'task-plan-decided';
      readonly position: number;
      readonly at: Date;
      readonly decision: PlanDecision;
    }
  | { readonly kind: 'task-failed'; readonly position: number; readonly at: Date; readonly failure: Failure }
  | {
      readonly kind: 'task-stuck';
      readonly position: number;
      readonly at: Date;
      readonly reason: StuckReason;
      readonly failure: Failure;
    }
  | PersonsEvent
  | ApprovalEvent
  | EscalationEvent;

/** What a person decided about a request as a whole, with the positions of the tasks it concerns. */
type PersonsEvent =
  | {
      readonly kind: 'request-retry';
      readonly at: Date;
      readonly reason: string | null;
      readonly again: readonly number[];
    }
  | {
      readonly kind: 'request-abort';
      readonly at: Date;
      readonly reason: string | null;
      readonly skipped: readonly number[];
    }
  | {
      readonly kind: 'request-rollback';
      readonly at: Date;
      readonly reason: string | null;
      /** What had not been done, and is not going to be. */
      readonly skipped: readonly number[];
      /** What is done instead, in this order; none of it is part of the request yet. */
      readonly undos: readonly Task[];
    };

/** Why a command changes nothing. For a message of the bus each means: late, repeated or out of order, so drop it. */
export type Refusal =
  | { readonly kind: 'request-ended' }
  | { readonly kind: 'unknown-task' }
  | { readonly kind: 'other-generation'; readonly generation: number }
  | { readonly kind: 'not-now'; readonly status: TaskStatus };

/** What a command does to a request. Pure; the events are carried out by `evolve`. */
export const decide = (request: Request, command: Command): Result<readonly RequestEvent[], Refusal> => {
  if (isFinal(request.status)) return err({ kind: 'request-ended' });
  return isDispatch(command) ? decideDispatch(request, command) : decideReport(request, command);
};

type Decided = Result<readonly RequestEvent[], Refusal>;

const attempted = (request: Request, { taskId, generation }: Attempt): Result<Task, Refusal> => {
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return err({ kind: 'unknown-task' });
  return task.generation === generation ? ok(task) : err({ kind: 'other-generation', generation: task.generation });
};

const decideDispatch = (request: Request, command: Dispatch): Decided => {
  const task = attempted(request, command);
  if (!task.ok) return task;
  const events = dispatch(request, task.value, command);
  return events ? ok(events) : err({ kind: 'not-now', status: task.value.status });
};

const decideTaskReport = (request: Request, command: TaskReport): Decided => {
  const task = attempted(request, command);
  if (!task.ok) return task;
  const events = report(request, task.value, command);
  return events ? ok(events) : err({ kind: 'not-now', status: task.value.status });
};

/** Each task by itself, and once: what is known of one already keeps nobody from hearing of the others. */
const decideReport = (request: Request, command: Report): Decided => {
  const { completedBefore = [] } = command;
  const last = decideTaskReport(request, command);
  const first = completedBefore.filter(
    (one, index) => ![command, ...completedBefore.slice(0, index)].some((other) => isSameAttempt(one, other)),
  );
  const before = first.flatMap((completion) => {
    const decided = decideTaskReport(request, completion);
    return decided.ok ? decided.value : [];
  });
  if (!last.ok && before.length === 0) return last;
  const events = [...before, ...(last.ok ? last.value : [])];
  return ok([...events, ...released(request, events, command)]);
};

const isSameAttempt = (one: Attempt, other: Attempt): boolean =>
  one.taskId === other.taskId && one.generation === other.generation;

/** Of an order that was told of, nothing further is begun: while the request is aborting, what is left of it is skipped. */
const released = (request: Request, events: readonly RequestEvent[], command: Report): readonly RequestEvent[] => {
  if (request.status !== 'aborting') return [];
  const told = new Set(events.flatMap((event) => ('position' in event ? [event.position] : [])));
  const at = 'at' in command ? command.at : command.startedAt;
  return request.tasks
    .filter((task) => isHandedOver(request, task) && told.has(task.followUpOf ?? 0) && !told.has(task.position))
    .map(({ position }) => ({ kind: 'task-skipped', position, at, reason: null }));
};

const isDispatch = (command: Command): command is Dispatch =>
  command.kind === 'queue' || command.kind === 'skip' || command.kind === 'refuse';

/** A pending task may go once everything it depends on is completed or skipped and the request is not held. */
export const isDue = (request: Request, task: Task): boolean =>
  task.status === 'pending' &&
  isRunning(request.status) &&
  task.dependsOn.every((position) => isOver(taskAt(request, position).status));

const dispatch = (request: Request, task: Task, command: Dispatch): readonly RequestEvent[] | undefined => {
  if (!isDue(request, task)) return undefined;
  const { position } = task;
  if (command.kind === 'queue')
    return [{ kind: 'task-queued', position, at: command.at, followUps: command.followUps ?? [] }];
  if (command.kind === 'skip') return [{ kind: 'task-skipped', position, at: command.at, reason: command.reason }];
  return [{ kind: 'task-failed', position, at: command.at, failure: command.failure }];
};
