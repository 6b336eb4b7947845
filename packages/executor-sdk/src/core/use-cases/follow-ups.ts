import type { CompletedTask } from '@pao/contracts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { Timing } from '../ports/timing.ts';
import type { EnterTarget } from './enter-target.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';

/** From the start of a command on: whoever asked hears of the first task not much later than if it had come alone. */
const WITHIN_MS = 1_000;
/** Bytes of JSON text of what is told along with a task, so that its message stays below what the bus takes. */
const MAX_UNTOLD = 49_152;

/** For the next task to be ready: the end of the one before it is recorded only then. */
const READY_WITHIN_MS = 100;

/** The next task of an order, ready to begin. */
export interface ReadyTask {
  readonly command: TaskCommand;
  readonly task: PreparedTask;
}

/** What may be begun behind the task of a command that is under way: for a moment, and as long as nothing was told of that command. */
export interface FollowUps {
  /** Something is told: whoever hears it sends what was not begun in commands of its own. */
  stop(): void;
  /** The task behind the one that was completed, whose visit is over; undefined when there is none, or it may not begin like this. */
  next(completed: CompletedTask): Promise<ReadyTask | undefined>;
  /** The visit of the last one is over, too. */
  end(): void;
}

export interface FollowUpsDependencies {
  readonly prepare: PrepareTask;
  readonly enterTarget: EnterTarget;
  readonly timing: Timing;
}

/**
 * Follow-ups of one command; `commands` in order, `leave` ends the visit of its own task. A task that can't be prepared at once or has to
 * wait is left to a command of its own.
 */
export const createFollowUps = ({ prepare, enterTarget, timing }: FollowUpsDependencies) => {
  /** Undefined also where it fails: a store of secrets that is away must not cost the end of the task before. */
  const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve) => {
      const callOff = timing.after(READY_WITHIN_MS, () => resolve(undefined));
      const settle = (value?: T): void => {
        callOff();
        resolve(value);
      };
      work.then(settle, () => settle());
    });

  return (commands: readonly TaskCommand[], leave: () => void): FollowUps => {
    const since = timing.elapsed();
    let [following, ...left] = commands;
    let completedBefore: readonly CompletedTask[] = [];
    let untold = 0;
    let leaveVisit: (() => void) | undefined = leave;
    const end = (): void => {
      leaveVisit?.();
      leaveVisit = undefined;
    };
    const ready = async (command: TaskCommand): Promise<ReadyTask | undefined> => {
      const prepared = await inTime(prepare(command));
      if (prepared?.ok !== true) return undefined;
      // It may begin behind what an earlier generation has done, which takes more than a START.
      if (prepared.value.continues && command.generation > 1) return undefined;
      end();
      const entry = await enterTarget(command, prepared.value);
      if (entry.kind === 'later') return undefined;
      leaveVisit = () => entry.leave();
      return { command, task: entry.task };
    };
    return {
      stop: () => {
        following = undefined;
      },
      next: async (completed) => {
        if (following === undefined || timing.elapsed() - since > WITHIN_MS) return undefined;
        completedBefore = [...completedBefore, completed];
        untold += Buffer.byteLength(JSON.stringify(completed));
        if (untold > MAX_UNTOLD) return undefined;
        const command = { ...following, completedBefore };
        [following, ...left] = left;
        return ready(command);
      },
      end,
    };
  };
};
