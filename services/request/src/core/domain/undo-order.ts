import type { Request, Task } from './request.ts';

/** Tasks that may have left something behind: what was done, and what broke off on its way. */
const mayBeUndone = ({ status, startedAt, rollbackOf }: Task): boolean =>
  rollbackOf === null &&
  (status === 'completed' || ((status === 'failed' || status === 'stuck') && startedAt !== null));

/**
 * The tasks of a request that may have to be undone, the last first: a task only after all that depend on it, however far, and
 * among those that may go the one that ended last. Executors' clocks decide nothing that the order of the plan does.
 */
export const undoOrder = ({ tasks }: Request): readonly Task[] => {
  const dependents = new Map<number, number>();
  const documented = tasks.filter(({ rollbackOf }) => rollbackOf === null);
  for (const { dependsOn } of documented)
    for (const position of dependsOn) dependents.set(position, (dependents.get(position) ?? 0) + 1);
  const order: Task[] = [];
  let left = documented;
  while (left.length > 0) {
    const free = left.filter(({ position }) => (dependents.get(position) ?? 0) === 0);
    const next = free.toSorted(byEnd)[0];
    if (!next) throw new Error('the tasks of a request wait for each other');
    for (const position of next.dependsOn) dependents.set(position, (dependents.get(position) ?? 0) - 1);
    order.push(next);
    left = left.filter((task) => task !== next);
  }
  return order.filter(mayBeUndone);
};

/** What never ran stands in nobody's way. */
const endOf = ({ finishedAt }: Task): number => finishedAt?.getTime() ?? Number.POSITIVE_INFINITY;

const byEnd = (a: Task, b: Task): number => (endOf(a) === endOf(b) ? b.position - a.position : endOf(b) - endOf(a));
