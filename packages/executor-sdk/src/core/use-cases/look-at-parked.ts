import type { Clock, NewId } from '@pao/kernel';
import { attemptName, leaseMsOf } from '../domain/attempt.ts';
import { withDone } from '../domain/steps.ts';
import { endedEvent, progressedEvent } from '../domain/task-events.ts';
import { continueTaskLog, fenceAbove, logEnd, type TaskLog } from '../domain/task-log.ts';
import type { Ending, NextStep, Park } from '../domain/verdict.ts';
import { isLoggedLook, isSameWait, pauseAfter, timedOut, untilOf, wakeInMs, withWait } from '../domain/waiting.ts';
import { waitingEvent } from '../domain/waiting-event.ts';
import type { ActionRunners } from '../ports/action-runner.ts';
import type { ReadOutputs } from '../ports/output-expressions.ts';
import type { ParkedTask, ParkedTasks } from '../ports/parked-tasks.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import { checkNext } from './conclude.ts';
import { type Found, LOOK_MS, type LookOnce } from './look-once.ts';
import { persist } from './persist.ts';
import { outputsOf } from './record-end.ts';
import type { RunAttempt } from './run-attempt.ts';
import type { Wakes } from './wakes.ts';

/** For the record of what it came to; with the look within its claim. */
const RECORD_MS = 25_000;
/** Looks that may fail in a row once the time of the wait is over; more of them where an answer came. */
const LAST_LOOKS = { waiting: 5, answered: 50 };

export interface LookAtParkedDependencies {
  readonly runners: ActionRunners;
  readonly lookOnce: LookOnce;
  readonly parked: ParkedTasks;
  readonly runAttempt: RunAttempt;
  readonly observer: TaskObserver;
  readonly wakes: Wakes;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
}

/** A look that is under way. */
interface Looking {
  readonly task: ParkedTask;
  readonly log: TaskLog;
  readonly since: number;
  /** Database time, as it goes on. */
  readonly at: () => Date;
}

/** Looks at one parked task that is claimed here, and settles what that came to: it waits on, goes on, or ends. */
export const createLookAtParked = (dependencies: LookAtParkedDependencies) => {
  const { parked, runners, lookOnce, runAttempt, observer, wakes, timing, now, newId } = dependencies;

  const end = async ({ task, log, since, at }: Looking, ending: Ending, readOutputs?: ReadOutputs): Promise<void> => {
    const { command, key, park, done, startedAt } = task;
    const ended = withDone(withWait(ending, attemptName(key), park), done);
    const { outputs } = outputsOf(ended, readOutputs);
    logEnd(log, ended, outputs);
    const event = endedEvent(command, ended, outputs, { id: newId(), startedAt, at: at(), log: log.take() });
    const write = () => parked.settle(task, { kind: 'ended', event });
    if ((await persist(timing, since + LOOK_MS + RECORD_MS, write)) === 'lost') return;
    observer.ended({ command, ending: ended, tookMs: at().getTime() - startedAt.getTime() });
  };

  const waitOn = async ({ task, log, at }: Looking, park: Park): Promise<void> => {
    const { command, startedAt } = task;
    const looks = task.looks + 1;
    const moment = { startedAt, at: at() };
    const same = isSameWait(park, task.park);
    const until = same ? task.until : untilOf(park, moment.at);
    if (!same) log.add('info', `waiting for ${park.what}`);
    else if (isLoggedLook(looks)) log.add('info', `still waiting for ${park.what}: ${looks} looks so far`);
    const lines = log.take();
    const wait = wakeInMs(park, until.getTime() - moment.at.getTime());
    // Who has answered is asked again, though it is the same question.
    const told =
      same && task.answer === undefined
        ? lines.length > 0 && { progress: progressedEvent(command, lines, { id: newId(), at: moment.at }) }
        : { event: waitingEvent(command, park, { id: newId(), ...moment, until, log: lines }) };
    const waiting = { park, answered: task.answered, until, wakeInMs: wait, sequence: log.last() };
    const settled = await parked.settle(task, { kind: 'parked', park: waiting, ...told });
    wakes.soon(wait);
    if (settled === 'recorded' && !same) observer.parked(command, park);
  };

  const goOn = async ({ task, log }: Looking, next: NextStep): Promise<void> => {
    const { command, done, answered } = task;
    const heldSince = timing.elapsed();
    log.add('info', `goes on: ${next.step}`);
    const point = { state: next.state, done, by: task.fence, answered };
    const attempt = { command, next, point, leaseMs: leaseMsOf(command), fence: fenceAbove(log.last()) };
    const hold = await persist(timing, heldSince + RECORD_MS, () => parked.goOn(task, attempt));
    if (hold !== 'lost') await runAttempt.goOn({ command, hold, heldSince, log, done, answered, next });
  };

  const settle = async (looking: Looking, { look, readOutputs }: Found, late: boolean): Promise<void> => {
    const { command, done, park, claimedAt, since, looks } = looking.task;
    if (look.kind === 'definite-failure' || look.kind === 'unknown') return end(looking, look);
    if (look.kind === 'ok' && look.next === undefined) return end(looking, look, readOutputs);
    const next = look.kind === 'ok' ? look.next : look;
    if (next === undefined) return undefined;
    const checked = checkNext(runners, command.action.type, next, done);
    if (!checked.ok) return end(looking, { kind: 'definite-failure', failure: checked.error });
    if (next.kind === 'step') return goOn(looking, next);
    if (late) return end(looking, timedOut(park, claimedAt.getTime() - since.getTime(), looks + 1));
    return waitOn(looking, next);
  };

  return async (task: ParkedTask): Promise<void> => {
    const { command, claimedAt, until, failures } = task;
    if (task.superseded) {
      await parked.settle(task, { kind: 'dropped' });
      return observer.superseded(command);
    }
    const since = timing.elapsed();
    const at = (): Date => new Date(claimedAt.getTime() + Math.max(0, timing.elapsed() - since));
    const looking = { task, log: continueTaskLog(now, task.sequence), since, at };
    const late = task.answer === undefined && claimedAt.getTime() >= until.getTime();
    let found: Found;
    try {
      found = await lookOnce(task, late);
    } catch (thrown) {
      observer.troubled(`could not look at what ${attemptName(task.key)} waits for`, thrown);
      const over = claimedAt.getTime() >= until.getTime();
      if (over && failures + 1 >= LAST_LOOKS[late ? 'waiting' : 'answered']) {
        const waited = claimedAt.getTime() - task.since.getTime();
        return end(looking, timedOut(task.park, waited, task.looks + 1, (thrown as Error).message.slice(0, 300)));
      }
      const afterMs = pauseAfter(failures + 1);
      await parked.settle(task, { kind: 'later', afterMs });
      return wakes.soon(afterMs);
    }
    return settle(looking, found, late);
  };
};
