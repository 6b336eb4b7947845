import { MAX_FOLLOW_UPS } from '@pao/contracts';
import { outputNames } from '@pao/documents';
import { isDue } from './decide.ts';
import { type Read, readsOf } from './needed-outputs.ts';
import type { Plan } from './plan.ts';
import { tasksBefore } from './plan-view.ts';
import { type Request, type Task, taskAt } from './request.ts';
import { isOver, isUnderWay } from './status.ts';

/**
 * The tasks that an executor may begin by itself once it has completed `head` (due, or queued), in order. They need nothing of what
 * the ones before them give, and whether they run is decided. Only where nothing else of the request is under way: while one task
 * fails no other is begun.
 */
export const followUpsOf = (request: Request, head: Task, plan: Plan): readonly Task[] => {
  if (head.status === 'queued') return request.tasks.filter((task) => task.followUpOf === head.position);
  if (!isDue(request, head) || head.rollbackOf !== null) return [];
  if (request.tasks.some((task) => task !== head && isBeside(request, task))) return [];
  const order = [head.position];
  const followUps: Task[] = [];
  for (const task of request.tasks.slice(head.position, head.position + MAX_FOLLOW_UPS)) {
    if (!mayFollow(request, task, { head, order, plan })) break;
    order.push(task.position);
    followUps.push(task);
  }
  return followUps;
};

const isBeside = (request: Request, task: Task): boolean => isUnderWay(task.status) || isDue(request, task);

interface Order {
  readonly head: Task;
  /** Positions of the tasks before it. */
  readonly order: readonly number[];
  readonly plan: Plan;
}

const mayFollow = (request: Request, task: Task, { head, order, plan }: Order): boolean => {
  const planned = plan.tasks[task.position - 1];
  if (planned === undefined || planned.action.when !== undefined) return false;
  if (task.status !== 'pending' || task.rollbackOf !== null || task.executor !== head.executor) return false;
  if (!task.dependsOn.every((position) => order.includes(position) || isOver(taskAt(request, position).status)))
    return false;
  const unknown = tasksBefore(plan, task.position).filter((position) => order.includes(position));
  return !readsOf(planned).some((read) => unknown.some((position) => mayGive(plan, position, read)));
};

/** Whether what is read may be an output of that task; of whatever an action gives the last one counts. */
const mayGive = ({ name, tasks }: Plan, position: number, { path: [first, second] }: Read): boolean => {
  const giver = tasks[position - 1];
  if (giver === undefined || first === undefined || (first === name && second === undefined)) return true;
  const { names, open } = outputNames(giver.action);
  return open || names.includes(first) || (first === name && second !== undefined && names.includes(second));
};
