import { err, ok, type Result } from '@pao/kernel';
import type { RequestEvent } from './decide.ts';
import type { Request, Task } from './request.ts';
import { isFinal } from './transitions.ts';

/** `repeated`: it was taken before. `over`: nothing waits for it, and nothing will. `not-now`: it waits for something else. */
export type CallbackRefusal = 'unknown-task' | 'repeated' | 'over' | 'not-now';

/** What a call of a task's callback URL does. Pure. It may come before we have heard that the task waits for it. */
export const decideCallback = (
  request: Request,
  { position, generation }: Pick<Task, 'position' | 'generation'>,
  at: Date,
): Result<readonly RequestEvent[], CallbackRefusal> => {
  const task = request.tasks[position - 1];
  if (!task) return err('unknown-task');
  if (task.generation !== generation) return err('over');
  if (task.calledBackAt !== null) return err('repeated');
  if (isFinal(request.status) || request.status === 'aborting') return err('over');
  if (task.status === 'queued' || task.status === 'processing') return ok([{ kind: 'task-called-back', position, at }]);
  if (task.status !== 'waiting' || task.waitingFor === null) return err('over');
  if (task.waitingFor.kind !== 'callback') return err('not-now');
  return ok([{ kind: 'task-called-back', position, at }]);
};
