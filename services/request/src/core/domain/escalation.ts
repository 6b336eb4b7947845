import type { JsonObject } from '@pao/kernel';
import type { Request, Task } from './request.ts';
import type { RequestStatus } from './transitions.ts';

/** Where people work on a task. */
export interface Ticket {
  readonly key: string;
  readonly url: string;
}

/** A task whose condition says no for certain: nobody has to do it. */
export interface LeftOut {
  readonly position: number;
  readonly reason: string;
}

export type EscalationEvent =
  | {
      readonly kind: 'request-escalate';
      readonly at: Date;
      readonly reason: string | null;
      /** Positions of the tasks that people have to do. */
      readonly waiting: readonly number[];
      readonly left: readonly LeftOut[];
    }
  | {
      readonly kind: 'request-escalated';
      readonly at: Date;
      readonly tickets: readonly { readonly position: number; readonly ticket: Ticket }[];
    }
  | { readonly kind: 'task-ticket-opened'; readonly at: Date; readonly position: number; readonly ticket: Ticket }
  | {
      readonly kind: 'task-completed-by-hand';
      readonly at: Date;
      readonly position: number;
      readonly outputs: JsonObject;
      readonly note: string | null;
      /** Absent: it was typed in. */
      readonly ticket?: Ticket;
    }
  | {
      readonly kind: 'task-hand-back-refused';
      readonly at: Date;
      readonly position: number;
      readonly ticket: Ticket;
      readonly reason: string;
    }
  | {
      readonly kind: 'request-resume';
      readonly at: Date;
      readonly reason: string | null;
      /** Positions of the tasks that the automation runs again, or for the first time. */
      readonly again: readonly number[];
    };

const KINDS: ReadonlySet<string> = new Set<EscalationEvent['kind']>([
  'request-escalate',
  'request-escalated',
  'task-ticket-opened',
  'task-completed-by-hand',
  'task-hand-back-refused',
  'request-resume',
]);

export const isEscalationEvent = (event: { readonly kind: string }): event is EscalationEvent => KINDS.has(event.kind);

/** People have what is left of it. */
export const isWithPeople = (status: RequestStatus): boolean => status === 'escalating' || status === 'escalated';

/** People have to do it: no executor is at it, or ever will be in this generation. */
export const waitsForPeople = ({ status }: Pick<Request, 'status'>, task: Task): boolean =>
  task.status === 'waiting' && isWithPeople(status);

/** It waits for the ticket that its own action created; nobody had to hand it over. */
export const isParked = ({ status }: Pick<Request, 'status'>, task: Task): boolean =>
  task.status === 'waiting' && task.waitingFor === null && !isWithPeople(status);

/** What was tried, and what the automation can't be given back: its failure, or that it may have happened, is still to be settled. */
export const wasTried = ({ failure }: Task): boolean => failure !== null;

/** Tasks that a resume waits for: they had failed or were stuck, and nobody has completed them yet. */
export const unsettledTasks = (request: Request): readonly Task[] =>
  request.tasks.filter((task) => waitsForPeople(request, task) && wasTried(task));

/** What a resume gives back to the automation. */
export const tasksToResume = (request: Request): readonly Task[] =>
  request.tasks.filter((task) => waitsForPeople(request, task) && !wasTried(task));

/** What an escalation leaves to people, but for what its condition leaves out. */
export const tasksToEscalate = ({ tasks }: Request): readonly Task[] =>
  tasks.filter(({ status }) => status === 'failed' || status === 'stuck' || status === 'pending');
