import type { Clock, JsonObject, NewId } from '@pao/kernel';
import { type Hold, leaseMsOf } from '../domain/attempt.ts';
import { evidenceOf } from '../domain/ending.ts';
import { fitOutputs } from '../domain/outputs.ts';
import { storable } from '../domain/storable.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { completedTask, endedEvent, type Moment } from '../domain/task-events.ts';
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
  externalRef: ending.kind === 'ok' ? ending.externalRef : undefined,
  tries,
});

/** Records how an attempt ended, together with the event that tells it, or with the start of what is next of its order. */
export const createRecordEnd = ({ ledger, observer, timing, now, newId }: RecordEndDependencies): RecordEnd => {
  const nextOf = async ({ command, ending, followUps }: EndRequest, outputs: JsonObject, moment: Moment) =>
    ending.kind === 'ok' && ending.waitsFor === undefined
      ? followUps?.next(completedTask(command, ending, outputs, moment))
      : undefined;

  return async (request) => {
    const { command, hold, heldSince, ending, tries, log, readOutputs } = request;
    const { outputs, notes } = outputsOf(ending, readOutputs);
    const at = new Date(Math.max(now().getTime(), hold.startedAt.getTime()));
    logEnd(log, ending, outputs);
    const moment = { id: newId(), startedAt: hold.startedAt, at, log: log.take() };
    const event = endedEvent(command, ending, outputs, moment);
    const end = attemptEnd(ending, tries, notes);
    const next = await nextOf(request, outputs, moment);
    // Taken before START, as for a command that came.
    const nextSince = timing.elapsed();
    // What is in hand is worth more than a quick answer: while the lease lasts, nobody else can know the end.
    const write = async () => {
      if (next === undefined) return { kind: await ledger.finish(hold, end, event) };
      const { command, task } = next;
      return ledger.follow(hold, end, event, { command, step: task.step, leaseMs: leaseMsOf(command) });
    };
    let followed: Followed | undefined;
    try {
      const answer = await persist(timing, heldSince + hold.leaseMs, write);
      const report = { command, ending, tookMs: nextSince - heldSince };
      if (answer.kind === 'late') observer.cameLate(report);
      else observer.ended(report);
      if (next && answer.kind === 'followed')
        followed = { ...next, hold: answer.hold, heldSince: nextSince, log: createTaskLog(now) };
    } finally {
      if (!followed) next?.leave();
    }
    return followed;
  };
};
