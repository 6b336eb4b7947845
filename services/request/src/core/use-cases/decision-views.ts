import type { DataOf, previewResume, previewRetry, previewRollback, retryRequest } from '@pao/contracts';
import { mayHaveHappened, tasksToRetry } from '../domain/decisions.ts';
import { tasksToResume, unsettledTasks } from '../domain/escalation.ts';
import type { Request, Task } from '../domain/request.ts';
import type { Rollback } from '../domain/rollback.ts';

/** What people see of decisions, in the shapes of the API. */

export type DecidedView = DataOf<typeof retryRequest>;
export type RetryPreviewView = DataOf<typeof previewRetry>;
export type RollbackPreviewView = DataOf<typeof previewRollback>;
export type ResumePreviewView = DataOf<typeof previewResume>;

export const decidedView = (request: Request, decidedBy: string, at: Date): DecidedView => ({
  id: request.id,
  status: request.status,
  version: request.version,
  decidedBy,
  decidedAt: at.toISOString(),
  tasks: request.tasks.map(({ id, position, name, status, generation }) => ({
    id,
    position,
    name,
    status,
    generation,
  })),
});

const named = ({ id, position, name, type }: Task) => ({ taskId: id, position, name, type });

const failureView = ({ failure }: Task) => failure as RetryPreviewView['again'][number]['failure'];

const unknownView = (task: Task) => ({
  ...named(task),
  attempt: attemptOf(task),
  startedAt: task.startedAt?.toISOString() ?? null,
  check: checkOf(task),
  failure: failureView(task),
});

export const retryPreviewView = (request: Request): RetryPreviewView => {
  const unknown = mayHaveHappened(request);
  return {
    id: request.id,
    status: request.status,
    version: request.version,
    acknowledgementNeeded: unknown.length > 0,
    again: tasksToRetry(request).map((task) => ({
      ...named(task),
      status: task.status,
      stuck: task.stuck,
      generation: task.generation + 1,
      failure: failureView(task),
    })),
    kept: request.tasks
      .filter(({ status }) => status === 'completed')
      .map((task) => ({ ...named(task), outputs: task.outputs as RetryPreviewView['kept'][number]['outputs'] })),
    following: request.tasks.filter(({ status }) => status === 'pending').map(named),
    mayHaveHappened: unknown.map(unknownView),
  };
};

export const rollbackPreviewView = (request: Request, { undone, stays }: Rollback): RollbackPreviewView => {
  const unknown = mayHaveHappened(request);
  return {
    id: request.id,
    status: request.status,
    version: request.version,
    acknowledgementNeeded: unknown.length > 0,
    undone: undone.map(({ task, undo, planned, payload, problem }) => ({
      ...named(task),
      by: planned.undoes === 'by-rollback' ? 'rollback' : 'own-type',
      undo: { actionId: undo.actionId, type: undo.type, name: undo.name, executor: undo.executor },
      payload: payload as RollbackPreviewView['undone'][number]['payload'],
      problem,
    })),
    stays: stays.map(({ task, why, note }) => ({
      ...named(task),
      why,
      note,
      ...(task.ticket !== null && { ticket: task.ticket }),
    })),
    mayHaveHappened: unknown.map(unknownView),
  };
};

const held = (task: Task) => ({ ...named(task), ticket: task.ticket });

export const resumePreviewView = (request: Request): ResumePreviewView => ({
  id: request.id,
  status: request.status,
  version: request.version,
  unsettled: unsettledTasks(request).map((task) => ({
    ...held(task),
    status: task.status,
    stuck: task.stuck,
    failure: failureView(task),
  })),
  automated: tasksToResume(request).map((task) => ({ ...held(task), generation: task.generation + 1 })),
  completed: request.tasks
    .filter(({ status }) => status === 'completed')
    .map((task) => ({ ...held(task), outputs: task.outputs as ResumePreviewView['completed'][number]['outputs'] })),
});

/** What every effect of an attempt is named after, whatever its step. */
export const attemptOf = ({ id, generation }: Task): string => `pao-${id}-g${generation}`;

/** What to look at before anyone repeats the task: where it went, and the name it carries there. */
export const checkOf = (task: Task): string => {
  const { target, attempt } = task.failure?.evidence ?? {};
  const where = typeof target === 'string' ? target : `the target of its ${task.type} action`;
  const name = typeof attempt === 'string' ? attempt : attemptOf(task);
  return `Look at ${where} for what carries the key ${name}.`;
};
