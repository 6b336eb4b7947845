import type { Clock, NewId } from '@pao/kernel';
import { attemptName, keyOf } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { progressedEvent } from '../domain/task-events.ts';
import { createTaskLog } from '../domain/task-log.ts';
import type { Gate } from '../ports/gate.ts';
import type { Notices } from '../ports/notices.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { PreparedTask } from './prepare-task.ts';

export interface EnterTargetDependencies {
  /** Undefined: nobody has to wait. */
  readonly gate?: Gate | undefined;
  readonly notices?: Notices | undefined;
  readonly observer: Pick<TaskObserver, 'troubled'>;
  readonly now: Clock;
  readonly newId: NewId;
}

export type Entry =
  | { readonly kind: 'in'; readonly task: PreparedTask; leave(): void }
  | { readonly kind: 'later'; readonly afterMs: number };

export type EnterTarget = (command: TaskCommand, task: PreparedTask) => Promise<Entry>;

/** Asks whether a task may call its target now. One that has to wait is told of, once, and holds nothing. */
export const createEnterTarget = ({ gate, notices, observer, now, newId }: EnterTargetDependencies): EnterTarget => {
  const tellWaiting = async (command: TaskCommand, reason: string): Promise<void> => {
    // It takes the place of the attempt's first line, which says that the task was prepared: that is of less worth.
    const log = createTaskLog(now);
    log.add('info', `waiting: ${reason}`);
    try {
      await notices?.tell(progressedEvent(command, log.take(), { id: newId(), at: now() }));
    } catch (thrown) {
      observer.troubled('could not tell that a task waits for its target', thrown);
    }
  };

  return async (command, task) => {
    if (gate === undefined) return { kind: 'in', task, leave: () => undefined };
    const key = attemptName(keyOf(command, task.step));
    const admission = gate.enter({ key, type: command.action.type, effect: task.effect });
    if (admission.kind === 'admitted')
      return { kind: 'in', task: { ...task, effect: admission.effect }, leave: () => admission.leave() };
    if (admission.first) await tellWaiting(command, admission.reason);
    return { kind: 'later', afterMs: admission.afterMs };
  };
};
