import type { CompletedTask } from '@pao/contracts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { Timing } from '../ports/timing.ts';
import type { EnterTarget } from './enter-target.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';

/** From the start of a command on: whoever asked hears of the first task not much later than if it had come alone. */
const WITHIN_MS = 1_000;
/** JSON text of what is told along with a task, so that its message stays well below what the bus takes. */
const MAX_UNTOLD = 49_152;

/** The next task of an order, ready to begin. */
export interface ReadyTask {
  readonly command: TaskCommand;
  readonly task: PreparedTask;
  /** Its visit at the target is over. */
  leave(): void;
}

/** What may be begun behind the task of a command that is under way: for a moment, and as long as nothing was told of that command. */
export interface FollowUps {
  /** Something is told: whoever hears it sends what was not begun in commands of its own. */
  stop(): void;
  /** The task behind the one that was completed; undefined when there is none, or it may not begin like this. */
  next(completed: CompletedTask): Promise<ReadyTask | undefined>;
}

export interface FollowUpsDependencies {
  readonly prepare: PrepareTask;
  readonly enterTarget: EnterTarget;
  readonly timing: Timing;
}

/** Follow-ups of one command; `commands` in order. A task that can't be prepared or has to wait is left to a command of its own. */
export const createFollowUps =
  ({ prepare, enterTarget, timing }: FollowUpsDependencies) =>
  (commands: readonly TaskCommand[]): FollowUps => {
    const since = timing.elapsed();
    let [following, ...left] = commands;
    let completedBefore: readonly CompletedTask[] = [];
    const ready = async (command: TaskCommand): Promise<ReadyTask | undefined> => {
      const prepared = await prepare(command);
      if (!prepared.ok) return undefined;
      const entry = await enterTarget(command, prepared.value);
      return entry.kind === 'in' ? { command, task: entry.task, leave: () => entry.leave() } : undefined;
    };
    return {
      stop: () => {
        following = undefined;
      },
      next: async (completed) => {
        if (following === undefined || timing.elapsed() - since > WITHIN_MS) return undefined;
        completedBefore = [...completedBefore, completed];
        if (JSON.stringify(completedBefore).length > MAX_UNTOLD) return undefined;
        const command = { ...following, completedBefore };
        [following, ...left] = left;
        return ready(command);
      },
    };
  };
