import type { TaskReference } from '../domain/task-command.ts';
import type { GivenAnswer, ParkedTasks } from '../ports/parked-tasks.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Executed } from './execute-task.ts';
import type { Wakes } from './wakes.ts';

/** The step before it parks its task sooner or later, or ends it. */
const EARLY_MS = 5_000;

export interface AnswerTaskDependencies {
  readonly parked: ParkedTasks;
  readonly observer: TaskObserver;
  readonly wakes: Wakes;
}

/** Keeps what came for a parked task, which then is due at once. What nobody waits for is dropped. */
export const createAnswerTask =
  ({ parked, observer, wakes }: AnswerTaskDependencies) =>
  async (task: TaskReference, given: GivenAnswer): Promise<Executed> => {
    const outcome = await parked.answer(task, given);
    observer.answered(task, outcome);
    if (outcome === 'early') return { kind: 'later', afterMs: EARLY_MS };
    if (outcome === 'stored') wakes.soon(0);
    return { kind: 'done' };
  };
