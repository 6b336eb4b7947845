import type { CompletedTask } from '@pao/contracts';
import type { Clock, JsonObject, NewId } from '@pao/kernel';
import { type Hold, leaseMsOf } from '../domain/attempt.ts';
import { evidenceOf } from '../domain/ending.ts';
import { fitOutputs } from '../domain/outputs.ts';
import { storable, storableText } from '../domain/storable.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { completedTask, endedEvent } from '../domain/task-events.ts';
import { createTaskLog, logEnd, type TaskLog } from '../domain/task-log.ts';
import type { Ending } from '../domain/verdict.ts';
import type { AttemptEnd, AttemptLedger } from '../ports/attempt-ledger.ts';
import type { ReadOutputs } from '../ports/output-expressions.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import type { FollowUps, ReadyTask } from './follow-ups.ts';
import { persist } from './persist.ts';

export interface EndRequest {
  readonly command: TaskCommand;
  readonly hold: Hold;
  /** When the hold was asked for, on the scale of `timing.elapsed()`. */
  readonly heldSince: number;
  readonly ending: Ending;
  readonly tries: number;
  readonly log: TaskLog;
  readonly readOutputs?: ReadOutputs;
  /** What may be begun behind it; absent where nothing may. */
  readonly followUps?: FollowUps | undefined;
}

/** The next task of an order, whose effect is about to happen: its attempt is held. */
export interface Followed extends ReadyTask {
  readonly hold: Hold;
  readonly heldSince: number;
  readonly log: TaskLog;
}

/** Gives what was begun behind it. */
export type RecordEnd = (request: EndRequest) => Promise<Followed | undefined>;

export interface RecordEndDependencies {
  readonly ledger: AttemptLedger;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
}

/** What is told of outputs, and what is noted of those that are not. */
export const outputsOf = (ending: Ending, readOutputs: ReadOutputs | undefined) => {
  if (ending.kind !== 'ok') return { outputs: {}, notes: {} };
  const read = readOutputs?.(ending.result) ?? { outputs: {}, failed: [] };
  const { outputs, dropped } = fitOutputs(storable({ ...ending.offered, ...read.outputs }));
  const notes = {
    ...(read.failed.length > 0 && { outputsNotEvaluated: read.failed }),
    ...(dropped.length > 0 && { outputsTooLarge: dropped }),
  };
  return { outputs, notes };
};

export const attemptEnd = (ending: Ending, tries: number, notes: JsonObject = {}): AttemptEnd => ({
  outcome: ending.kind,
  code: ending.kind === 'ok' ? undefined : ending.failure.code,
  evidence: storable({ ...evidenceOf(ending), ...notes }),
  externalRef: ending.kind === 'ok' && ending.externalRef !== undefined ? storableText(ending.externalRef) : undefined,
  tries,
});

/** Records how an attempt ended, together with the event that tells it, or with the start of what is next of its order. */
export const createRecordEnd = ({ ledger, observer, timing, now, newId }: RecordEndDependencies): RecordEnd => {
  const reporting = ({ command, ending, heldSince }: EndRequest) => ({
    ...{ command, ending, tookMs: timing.elapsed() - heldSince },
  });

  /** Begins with what is next in the write that records the end; undefined where nothing was recorded. */
  const follow = async (
    request: EndRequest,
    end: AttemptEnd,
    completed: CompletedTask,
  ): Promise<Followed | undefined> => {
    const { hold, heldSince, followUps } = request;
    const next = await followUps?.next(completed);
    if (next === undefined) return undefined;
    const { command, task } = next;
    const attempt = { command, step: task.step, leaseMs: leaseMsOf(command) };
    // Taken before START, as for a command that came.
    const nextSince = timing.elapsed();
    const until = heldSince + hold.leaseMs;
    const held = await persist(timing, until, () => ledger.follow(hold, end, completed, attempt));
    if (held === undefined) return undefined;
    observer.ended(reporting(request));
    return { ...next, hold: held, heldSince: nextSince, log: createTaskLog(now) };
  };

  return async (request) => {
    const { command, hold, heldSince, ending, tries, log, readOutputs } = request;
    const { outputs, notes } = outputsOf(ending, readOutputs);
    const at = new Date(Math.max(now().getTime(), hold.startedAt.getTime()));
    logEnd(log, ending, outputs);
    const moment = { id: newId(), startedAt: hold.startedAt, at, log: log.take() };
    const end = attemptEnd(ending, tries, notes);
    if (ending.kind === 'ok' && ending.waitsFor === undefined) {
      const followed = await follow(request, end, completedTask(command, ending, outputs, moment));
      if (followed) return followed;
    }
    const event = endedEvent(command, ending, outputs, moment);
    // What is in hand is worth more than a quick answer: while the lease lasts, nobody else can know the end.
    const recorded = await persist(timing, heldSince + hold.leaseMs, () => ledger.finish(hold, end, event));
    if (recorded === 'recorded') observer.ended(reporting(request));
    else observer.cameLate(reporting(request));
    return undefined;
  };
};
