import type { Clock, NewId } from '@pao/kernel';
import { attemptName, type Hold } from '../domain/attempt.ts';
import { withTrail } from '../domain/ending.ts';
import type { DoneStep } from '../domain/steps.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { startedEvent } from '../domain/task-events.ts';
import type { TaskLog } from '../domain/task-log.ts';
import type { Ending } from '../domain/verdict.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import type { Conclude, OnTo, Onward } from './conclude.ts';
import type { FindEffect, Search } from './find-effect.ts';
import type { FollowUps } from './follow-ups.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';
import type { Followed } from './record-end.ts';
import type { createTellProgress } from './tell-progress.ts';
import type { TryEffect } from './try-effect.ts';

/** An attempt that is under way here. */
export interface Held {
  readonly hold: Hold;
  readonly heldSince: number;
  readonly log: TaskLog;
  readonly done: readonly DoneStep[];
  readonly answered?: string | undefined;
  readonly followUps?: FollowUps | undefined;
}

export interface RunAttemptDependencies {
  readonly ledger: Pick<AttemptLedger, 'announce'>;
  readonly prepare: PrepareTask;
  readonly tryEffect: TryEffect;
  readonly findEffect: FindEffect;
  readonly conclude: Conclude;
  readonly tellProgress: ReturnType<typeof createTellProgress>;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
  /** An effect still under way after so many milliseconds is told of; a quicker one tells only its end. */
  readonly announceAfterMs: number;
}

export interface RunAttempt {
  /** Carries out the first step, and those that follow it until the task is over or parked. Gives what was begun behind it. */
  readonly run: (command: TaskCommand, task: PreparedTask, held: Held) => Promise<Followed | undefined>;
  /** The same from a later step on, whose attempt is held. */
  readonly goOn: (onward: Onward | undefined) => Promise<Followed | undefined>;
}

/** Carries out attempts that have just started. */
export const createRunAttempt = (dependencies: RunAttemptDependencies): RunAttempt => {
  const { ledger, prepare, tryEffect, findEffect, conclude, tellProgress, observer, timing, now, newId } = dependencies;

  const announceLater = (command: TaskCommand, { hold, followUps }: Held): (() => void) =>
    timing.after(dependencies.announceAfterMs, () => {
      followUps?.stop();
      const event = startedEvent(command, { id: newId(), startedAt: hold.startedAt, at: now() });
      ledger
        .announce(hold, event)
        .catch((thrown) => observer.troubled('could not tell that a task is under way', thrown));
    });

  const settled = (ending: Ending, search: Omit<Search, 'otherwise'>): Promise<Ending> | Ending =>
    ending.kind === 'unknown' ? findEffect({ ...search, otherwise: ending }) : ending;

  const runOne = async (command: TaskCommand, task: PreparedTask, held: Held): Promise<Onward | undefined> => {
    const { hold, heldSince, log, done } = held;
    const { effect, readOutputs } = task;
    const { action, callbackUrl } = command;
    const name = attemptName(hold.key);
    // Of a later step people know already that the task is under way.
    const callOff = done.length > 0 ? () => undefined : announceLater(command, held);
    const endTelling = tellProgress(command, hold, log);
    log.add('info', `started: ${effect.target}`, { attempt: name });
    const deadline = heldSince + action.timeoutSeconds * 1_000;
    const { idempotent } = action;
    try {
      const tried = await tryEffect({ effect, name, idempotent, uncertain: false, deadline, log, callbackUrl });
      const { tries } = tried;
      const found = await settled(tried.ending, { effect, name, log });
      const ending = withTrail(found, { attempt: name, target: effect.target, tries });
      callOff();
      await endTelling();
      return await conclude({ ...held, command, ending, tries, readOutputs });
    } finally {
      callOff();
      await endTelling();
    }
  };

  const next = async (onTo: OnTo): Promise<Onward | undefined> => {
    const { command, next: point, ...held } = onTo;
    const prepared = await prepare(command, point);
    if (prepared.ok) return runOne(command, prepared.value, held);
    const trail = { attempt: attemptName(held.hold.key), target: command.action.type, tries: 0 };
    const ending = withTrail({ kind: 'definite-failure', failure: prepared.error }, trail);
    return conclude({ ...held, command, ending, tries: 0 });
  };

  const goOn = async (from: Onward | undefined): Promise<Followed | undefined> => {
    let onward = from;
    while (onward !== undefined && 'next' in onward) onward = await next(onward);
    return onward;
  };
  return {
    run: async (command, task, held) => goOn(await runOne(command, task, held)),
    goOn,
  };
};
