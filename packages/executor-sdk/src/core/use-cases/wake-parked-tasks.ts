import { attemptName } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { ParkedTask, ParkedTasks } from '../ports/parked-tasks.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Wakes } from './wakes.ts';

/** Looks, and steps behind them, side by side. */
const AT_ONCE = 64;
/** Longer than a look and the record of what it came to may take. */
const LEASE_MS = 60_000;

export interface WakeParkedDependencies {
  readonly parked: ParkedTasks;
  readonly wakes: Wakes;
  readonly look: (task: ParkedTask) => Promise<void>;
  readonly observer: TaskObserver;
  readonly inContextOf: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
}

/**
 * Looks at the parked tasks whose time has come; returns how many those were, once each is settled. May be called again before that:
 * a step behind a look takes its time.
 */
export const createWakeParkedTasks = (dependencies: WakeParkedDependencies): (() => Promise<number>) => {
  const { parked, wakes, look, observer, inContextOf } = dependencies;
  let active = 0;

  const lookAt = async (task: ParkedTask): Promise<void> => {
    try {
      await inContextOf(task.command, () => look(task));
    } catch (thrown) {
      // Its claim ends, and then it is looked at again.
      observer.troubled(`could not settle the wait of ${attemptName(task.key)}`, thrown);
      wakes.soon(LEASE_MS);
    } finally {
      active -= 1;
    }
  };

  const claim = async (free: number): Promise<readonly ParkedTask[]> => {
    wakes.rest();
    try {
      const tasks = await parked.claimDue(free, LEASE_MS);
      wakes.soon(tasks.length === free ? 0 : ((await parked.nextWakeMs()) ?? Number.POSITIVE_INFINITY));
      return tasks;
    } catch (thrown) {
      wakes.soon(0);
      throw thrown;
    }
  };

  return async () => {
    const free = AT_ONCE - active;
    if (free <= 0 || !wakes.areDue()) return 0;
    active += free;
    const tasks = await claim(free).finally(() => {
      active -= free;
    });
    active += tasks.length;
    await Promise.all(tasks.map(lookAt));
    return tasks.length;
  };
};
