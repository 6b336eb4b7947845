import type { Task, WaitingFor } from '@pao/contracts';
import { printable } from '../output.ts';

const ended = (text: string): string => (text === '' ? '' : `, ${text}`);

const decisionText = ({ decision }: WaitingFor): string =>
  decision === undefined
    ? ''
    : `${decision.approved ? 'approved' : 'rejected'} by ${printable(decision.by)}, the executor goes on`;

/** `waiting for the run of deploy.yml until …, see …` */
export const waitingText = (waitingFor: WaitingFor): string => {
  const { what, url, until } = waitingFor;
  const where = url === undefined ? '' : `see ${printable(url)}`;
  return `waiting for ${printable(what)} until ${until}${ended(where)}${ended(decisionText(waitingFor))}`;
};

/** Why a task stands where it is; undefined when there is nothing to say. */
const standing = (task: Task): string | undefined => {
  if (task.waitingFor) return waitingText(task.waitingFor);
  if (task.poolMissing) return `waits: the pool ${task.executor} has no queue, being none of PAO_EXECUTOR_POOLS`;
  if (task.poolSilentSince !== undefined)
    return `waits: no executor of the pool ${task.executor} was heard of since ${task.poolSilentSince}`;
  return undefined;
};

export const waitingLines = (tasks: readonly Task[]): readonly string[] =>
  tasks.flatMap((task) => {
    const text = standing(task);
    return text === undefined ? [] : `Task ${task.position} (${printable(task.name)}) ${text}`;
  });
