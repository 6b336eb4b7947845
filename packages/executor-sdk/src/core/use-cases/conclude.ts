import { err, type NewId, ok, type Result } from '@pao/kernel';
import { leaseMsOf } from '../domain/attempt.ts';
import { brokenType, type DoneStep, doneStep, withDone, wrongNext } from '../domain/steps.ts';
import { fenceAbove } from '../domain/task-log.ts';
import type { Failure, NextStep, Park, Success } from '../domain/verdict.ts';
import { untilOf, wakeInMs } from '../domain/waiting.ts';
import { waitingEvent } from '../domain/waiting-event.ts';
import type { ActionRunners } from '../ports/action-runner.ts';
import type { StepLedger } from '../ports/step-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import { persist } from './persist.ts';
import { attemptEnd, type EndRequest, type Followed, type RecordEnd } from './record-end.ts';
import type { Wakes } from './wakes.ts';

/** An attempt that came to an ending, with what its task had done before. */
export interface Concluding extends EndRequest {
  readonly done: readonly DoneStep[];
  readonly answered?: string | undefined;
}

/** The step that a task goes on with, its attempt held. */
export interface OnTo extends Omit<Concluding, 'ending' | 'tries' | 'readOutputs' | 'followUps'> {
  readonly next: NextStep;
}

/** The next step of the task, or the next task of its order. */
export type Onward = OnTo | Followed;

/** Records what an attempt came to. Undefined when the task is over, parked, or in other hands, and nothing was begun behind it. */
export type Conclude = (concluding: Concluding) => Promise<Onward | undefined>;

export interface ConcludeDependencies {
  readonly steps: StepLedger;
  readonly runners: ActionRunners;
  readonly recordEnd: RecordEnd;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly wakes: Wakes;
  readonly newId: NewId;
}

/** Whether an action type can go on as it says. */
export const checkNext = (
  runners: ActionRunners,
  type: string,
  next: NextStep | Park,
  done: readonly DoneStep[],
): Result<undefined, Failure> => {
  const runner = runners.get(type);
  const wrong =
    next.kind === 'step'
      ? (wrongNext(next, done) ?? (runner?.proceed ? undefined : 'it has a next step and does not prepare it'))
      : runner?.look
        ? undefined
        : 'it waits and does not look';
  return wrong === undefined ? ok(undefined) : err(brokenType(type, wrong));
};

export const createConclude = (dependencies: ConcludeDependencies): Conclude => {
  const { steps, runners, recordEnd, observer, timing, wakes, newId } = dependencies;

  const park = async (concluding: Concluding, success: Success, awaited: Park, done: readonly DoneStep[]) => {
    const { command, hold, heldSince, tries, log, answered } = concluding;
    const soFar = timing.elapsed() - heldSince;
    // Database time, as near as can be known without asking: the hold was asked for before it was given.
    const at = new Date(hold.startedAt.getTime() + Math.max(0, soFar));
    const until = untilOf(awaited, at);
    log.add('info', `waiting for ${awaited.what}`);
    const moment = { id: newId(), startedAt: hold.startedAt, at, until, log: log.take() };
    const event = waitingEvent(command, awaited, moment);
    const wait = wakeInMs(awaited, until.getTime() - at.getTime());
    const parked = {
      ...{ command, park: awaited, done, answered, startedAt: hold.startedAt, until },
      ...{ wakeInMs: wait, sequence: log.last(), event },
    };
    const end = attemptEnd(success, tries);
    const recorded = await persist(timing, heldSince + hold.leaseMs, () => steps.park(hold, end, parked));
    wakes.soon(wait);
    if (recorded === 'recorded') observer.parked(command, awaited);
    else observer.cameLate({ command, ending: success, tookMs: soFar });
  };

  const advance = async (concluding: Concluding, success: Success, next: NextStep, done: readonly DoneStep[]) => {
    const { command, hold, tries, log, answered } = concluding;
    const heldSince = timing.elapsed();
    log.add('info', `done: ${hold.key.step}; next: ${next.step}`);
    const point = { state: next.state, done, by: hold.fence, answered };
    const attempt = { command, next, point, leaseMs: leaseMsOf(command), fence: fenceAbove(log.last()) };
    const end = attemptEnd(success, tries);
    const until = concluding.heldSince + hold.leaseMs;
    const following = await persist(timing, until, () => steps.advance(hold, end, attempt));
    if (following !== 'late') return { command, hold: following, heldSince, log, done, answered, next };
    observer.cameLate({ command, ending: success, tookMs: heldSince - concluding.heldSince });
    return undefined;
  };

  return async (concluding) => {
    const { command, ending, hold } = concluding;
    if (ending.kind !== 'ok' || ending.next === undefined)
      return recordEnd({ ...concluding, ending: withDone(ending, concluding.done) });
    const { next } = ending;
    const done = [...concluding.done, doneStep(hold.key, ending)];
    const checked = checkNext(runners, command.action.type, next, done);
    if (!checked.ok) {
      const failed = withDone({ kind: 'definite-failure', failure: checked.error }, done);
      return recordEnd({ ...concluding, ending: failed });
    }
    if (next.kind === 'step') return advance(concluding, ending, next, done);
    await park(concluding, ending, next, done);
    return undefined;
  };
};
