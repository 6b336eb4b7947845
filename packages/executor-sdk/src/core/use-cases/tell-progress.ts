import type { Clock, NewId } from '@pao/kernel';
import type { Hold } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { progressedEvent } from '../domain/task-events.ts';
import type { TaskLog } from '../domain/task-log.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';

/** How often an attempt that takes its time tells its log; a shorter one tells it with its end. */
const EVERY_MS = 2_000;

export interface TellProgressDependencies {
  readonly ledger: Pick<AttemptLedger, 'announce'>;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
}

/** Begins to tell the log of an attempt. The function that is given back ends it, once nothing is under way any more. */
export const createTellProgress =
  ({ ledger, observer, timing, now, newId }: TellProgressDependencies) =>
  (command: TaskCommand, hold: Hold, log: TaskLog): (() => Promise<void>) => {
    let telling: Promise<void> | undefined;
    let ended = false;
    const tell = async (): Promise<void> => {
      const lines = log.take();
      if (lines.length === 0) return;
      try {
        await ledger.announce(
          hold,
          progressedEvent(command, lines, { id: newId(), at: now(), progress: log.reached() }),
        );
      } catch (thrown) {
        log.putBack(lines);
        observer.troubled('could not tell the log of a task that is under way', thrown);
      }
    };
    let callOff = (): void => undefined;
    const plan = (): void => {
      callOff = timing.after(EVERY_MS, () => {
        telling = tell().finally(() => {
          if (!ended) plan();
        });
      });
    };
    plan();
    return async () => {
      ended = true;
      callOff();
      await telling;
    };
  };
