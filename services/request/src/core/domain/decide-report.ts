import type { RequestEvent, TaskReport } from './decide.ts';
import { isWithPeople } from './escalation.ts';
import type { Request, Task } from './request.ts';
import { isSameWait, waitsAtExecutor } from './waiting.ts';

/** What the report of one attempt does to its task; undefined where it does nothing. */
export const report = (request: Request, task: Task, command: TaskReport): readonly RequestEvent[] | undefined => {
  if (command.kind === 'cancel') return cancelled(request, task, command);
  const end = ending(request, task, command);
  switch (task.status) {
    case 'pending':
      return cameAlong(task) && 'startedAt' in command && command.startedAt !== null
        ? [started(task, command.startedAt), ...ending(request, task, command)]
        : undefined;
    // The end of a short task says that it started, too.
    case 'queued':
      return command.startedAt === null ? end : [started(task, command.startedAt), ...end];
    case 'processing':
      return command.kind === 'start' ? undefined : end;
    case 'waiting':
      if (waitsAtExecutor(task)) return goesOn(request, task, command) ? end : undefined;
      // The executor is not at it any more: what it tells comes late, or twice.
      if (!isWithPeople(request.status)) return undefined;
      // Of what was stuck when people took it over, or came along with that, one may still hear that it has happened.
      return (task.stuck !== null || cameAlong(task)) && command.kind === 'complete' ? end : undefined;
    // A late result settles what nobody knew; that it is stuck is known already.
    case 'stuck':
      if (command.kind === 'start' || command.kind === 'give-up') return undefined;
      // That it waited was said before it was given up, and comes late: nobody would ever go on with it.
      return command.kind === 'park' && task.finishedAt !== null && command.at <= task.finishedAt ? undefined : end;
    default:
      return undefined;
  }
};

/** Whatever became of the command that it came along with: who tells of it has begun it, and nobody will tell that once more. */
const cameAlong = ({ followUpOf }: Task): boolean => followUpOf !== null;

/** Of what it waits for one hears once; while the request is aborting, each time: the executor has to be asked. */
const goesOn = ({ status }: Request, task: Task, command: TaskReport): boolean => {
  if (command.kind === 'start') return false;
  return command.kind !== 'park' || status === 'aborting' || !isSameWait(task.waitingFor, command.waitingFor);
};

type Cancelling = Extract<TaskReport, { readonly kind: 'cancel' }>;

/** Only an abort asks for it; a task that has started is cancelled only while no worker is at it. */
const cancelled = (
  { status }: Request,
  task: Task,
  { at, parked }: Cancelling,
): readonly RequestEvent[] | undefined => {
  const letsGo = task.status === 'queued' || waitsAtExecutor(task) || (parked && task.status === 'processing');
  return status === 'aborting' && letsGo
    ? [{ kind: 'task-skipped', position: task.position, at, reason: null }]
    : undefined;
};

const started = ({ position }: Task, at: Date): RequestEvent => ({ kind: 'task-started', position, at });

const ending = (
  { status }: Request,
  { position }: Task,
  command: Exclude<TaskReport, { readonly kind: 'cancel' }>,
): readonly RequestEvent[] => {
  switch (command.kind) {
    case 'start':
      return [];
    case 'complete': {
      const { at, outputs, externalRef } = command;
      return [{ kind: 'task-completed', position, at, outputs, ...(externalRef !== undefined && { externalRef }) }];
    }
    case 'wait': {
      const { at, outputs, ticket } = command;
      const parked: RequestEvent = { kind: 'task-waiting', position, at, outputs, ticket };
      // Nobody is to begin with it any more.
      return status === 'aborting' ? [parked, { kind: 'task-skipped', position, at, reason: null }] : [parked];
    }
    case 'park': {
      const { at, outputs, waitingFor } = command;
      return [{ kind: 'task-parked', position, at, outputs, waitingFor }];
    }
    case 'fail':
      return [{ kind: 'task-failed', position, at: command.at, failure: command.failure }];
    case 'give-up':
      return [{ kind: 'task-stuck', position, at: command.at, reason: command.reason, failure: command.failure }];
    default:
      return command satisfies never;
  }
};
