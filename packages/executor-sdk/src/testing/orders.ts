import type { TaskCommand } from '../core/domain/task-command.ts';
import type { TaskEvent } from '../core/domain/task-events.ts';
import type { Gate } from '../core/ports/gate.ts';
import { type CommandOptions, commandOf, dataOf, newId } from './commands.ts';

/** Commands of one request, with what a test cares about of each. */
export const orderOf = (...options: readonly CommandOptions[]): [TaskCommand, TaskCommand, ...TaskCommand[]] => {
  const [requestId, correlationId] = [newId(), newId()];
  const [first, second, ...rest] = options.map((own) => commandOf({ requestId, correlationId, ...own }));
  if (first === undefined || second === undefined) throw new Error('an order has two tasks or more');
  return [first, second, ...rest];
};

/** Three tasks of one command. */
export const three = (): readonly [TaskCommand, TaskCommand, TaskCommand] => {
  const [first, second] = orderOf({}, {});
  return [first, second, commandOf({ requestId: first.requestId, correlationId: first.correlationId })];
};

/** The names of their effects. */
export const namesOf = (commands: readonly TaskCommand[]) => commands.map(({ taskId }) => `pao-${taskId}-g1-call`);

/** What the message says: its task, and those it tells of along with it. */
export const toldIn = (event: TaskEvent | undefined) => {
  const { taskId, completedBefore } = dataOf(event) as Pick<TaskCommand, 'taskId' | 'completedBefore'>;
  return [...(completedBefore ?? []).map((completed) => completed.taskId), taskId];
};

/** The same of each, behind its type. */
export const toldBy = (events: readonly TaskEvent[]) => events.map((event) => [event.type, ...toldIn(event)]);

export const idsOf = (...commands: readonly TaskCommand[]) => commands.map(({ taskId }) => taskId);

/** A gate that keeps some out, and knows how often each has come and gone. */
export const countingGate = (keepsOut: (key: string) => boolean = () => false) => {
  const visits: string[] = [];
  const gate: Gate = {
    enter: ({ key, effect }) => {
      if (keepsOut(key)) return { kind: 'wait', afterMs: 7_000, reason: 'https://x.test fails', first: false };
      visits.push(`${key} in`);
      return { kind: 'admitted', effect, leave: () => visits.push(`${key} out`) };
    },
  };
  return { gate, visits };
};

/** Each has come and gone once. */
export const inAndOut = (keys: readonly string[]) => keys.flatMap((key) => [`${key} in`, `${key} out`]).toSorted();
