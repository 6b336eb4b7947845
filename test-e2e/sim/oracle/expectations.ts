// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';

/** What states mean, written down a second time and from the documentation alone: what it is compared with must not be asked. */

const OVER: ReadonlySet<string> = new Set(['completed', 'skipped']);
const BROKEN: ReadonlySet<string> = new Set(['failed', 'stuck']);
const UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'processing']);

export const isUnderWay = ({ status }: Pick<Task, 'status'>): boolean => UNDER_WAY.has(status);
export const isBroken = ({ status }: Pick<Task, 'status'>): boolean => BROKEN.has(status);
const isOver = ({ status }: Pick<Task, 'status'>): boolean => OVER.has(status);

/** Whether nothing happens to it any more unless a person does something. */
export const isSettled = ({ status, tasks }: Request): boolean => {
  if (status === 'completed' || status === 'aborted' || status === 'awaiting-approval') return true;
  if (tasks.some(isUnderWay)) return false;
  // What waits while its request has failed does so by itself.
  return status === 'escalated' || (status === 'failed' && !tasks.some((task) => task.status === 'waiting'));
};

/** The state a request must be in, by its tasks and by what people decided of it. */
export const expectedStatus = ({ tasks, decision }: Request): string => {
  if (decision === 'awaiting-approval') return decision;
  const left = tasks.filter((task) => !isOver(task) && !isBroken(task));
  if (decision === 'aborting') return left.length > 0 ? 'aborting' : 'aborted';
  if (tasks.every(isOver)) return 'completed';
  if (decision === 'escalating' || decision === 'escalated') return decision;
  if (tasks.some(isBroken)) return 'failed';
  if (decision === 'retrying') return 'retrying';
  const untouched = tasks.every(({ status }) => status === 'pending' || status === 'queued');
  return untouched && decision === null ? 'submitted' : 'processing';
};

/** Which effect of a task it is. */
export const stepOf = (key: string): string => key.replace(/^pao-.{36}-g\d+-/, '');

/** Task and generation of the name that an effect carries: `pao-<task>-g<generation>-<step>`. */
export const partsOfKey = (key: string): { readonly taskId: string; readonly generation: number } => {
  const [, taskId = '', generation = '0'] = /^pao-(.{36})-g(\d+)-/.exec(key) ?? [];
  return { taskId, generation: Number(generation) };
};
