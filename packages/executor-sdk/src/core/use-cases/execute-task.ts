import type { Clock, NewId } from '@pao/kernel';
import { attemptName, type Hold, keyOf, leaseMsOf } from '../domain/attempt.ts';
import { withTrail } from '../domain/ending.ts';
import { storable } from '../domain/storable.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { endedEvent, startedEvent } from '../domain/task-events.ts';
import { createTaskLog, logEnd, type TaskLog } from '../domain/task-log.ts';
import type { Ending, Failure } from '../domain/verdict.ts';
import type { AttemptLedger, StartAnswer } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import type { FindEffect, Search } from './find-effect.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';
import type { RecordEnd } from './record-end.ts';
import type { SettleAttempt } from './settle-attempt.ts';
import type { createTellProgress } from './tell-progress.ts';
import type { TryEffect } from './try-effect.ts';

/** Whether the command is settled, or has to be looked at again. */
export type Executed = { readonly kind: 'done' } | { readonly kind: 'later'; readonly afterMs: number };

const DONE: Executed = { kind: 'done' };
/** Whoever runs the attempt may end long before the lease does. */
const LOOK_AGAIN_MS = 15_000;

export interface ExecuteTaskDependencies {
  readonly ledger: AttemptLedger;
  readonly prepare: PrepareTask;
  readonly tryEffect: TryEffect;
  readonly findEffect: FindEffect;
  readonly recordEnd: RecordEnd;
  readonly settle: SettleAttempt;
  readonly tellProgress: ReturnType<typeof createTellProgress>;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
  /** An effect still under way after so many milliseconds is told of; a quicker one tells only its end. */
  readonly announceAfterMs: number;
}

/** An attempt that is under way here. */
interface Held {
  readonly hold: Hold;
  readonly heldSince: number;
  readonly log: TaskLog;
}

/**
 * Carries out one command: its effect happens at most once, whatever comes twice, late or broken off. A command whose attempt
 * started elsewhere waits for that lease; one whose attempt is in doubt is settled without running it blindly.
 */
export const createExecuteTask = (
  dependencies: ExecuteTaskDependencies,
): ((command: TaskCommand) => Promise<Executed>) => {
  const { ledger, prepare, tryEffect, findEffect, recordEnd, settle, observer, timing, now, newId } = dependencies;

  const refuse = async (command: TaskCommand, failure: Failure): Promise<StartAnswer> => {
    const at = now();
    const ending = { kind: 'definite-failure', failure } as const;
    const log = createTaskLog(now);
    log.add('error', `not begun: ${failure.message}`);
    logEnd(log, ending, {});
    const event = endedEvent(command, ending, {}, { id: newId(), startedAt: at, at, log: log.take() });
    const evidence = storable({ message: failure.message, ...failure.evidence });
    const answer = await ledger.refuse({ command, code: failure.code, evidence, event });
    if (answer.kind === 'ended') observer.ended({ command, ending, tookMs: 0 });
    return answer;
  };

  const announceLater = (command: TaskCommand, hold: Hold): (() => void) =>
    timing.after(dependencies.announceAfterMs, () => {
      const event = startedEvent(command, { id: newId(), startedAt: hold.startedAt, at: now() });
      ledger
        .announce(hold, event)
        .catch((thrown) => observer.troubled('could not tell that a task is under way', thrown));
    });

  const settled = (ending: Ending, search: Omit<Search, 'otherwise'>): Promise<Ending> | Ending =>
    ending.kind === 'unknown' ? findEffect({ ...search, otherwise: ending }) : ending;

  const run = async (command: TaskCommand, task: PreparedTask, { hold, heldSince, log }: Held): Promise<void> => {
    const { effect, readOutputs } = task;
    const { action } = command;
    const name = attemptName(hold.key);
    const callOff = announceLater(command, hold);
    const endTelling = dependencies.tellProgress(command, hold, log);
    log.add('info', `started: ${effect.target}`, { attempt: name });
    const deadline = heldSince + action.timeoutSeconds * 1_000;
    try {
      const tried = await tryEffect({ effect, name, idempotent: action.idempotent, uncertain: false, deadline, log });
      const { tries } = tried;
      const found = await settled(tried.ending, { effect, name, log });
      const ending = withTrail(found, { attempt: name, target: effect.target, tries });
      callOff();
      await endTelling();
      await recordEnd({ command, hold, heldSince, ending, tries, log, readOutputs });
    } finally {
      callOff();
      await endTelling();
    }
  };

  return async (command) => {
    const prepared = await prepare(command);
    // Taken before START: should this process be stopped here, the time the effect has is over with its lease.
    const heldSince = timing.elapsed();
    const log = createTaskLog(now);
    if (prepared.ok) log.add('debug', `prepared: ${command.action.type}`);
    const answer = prepared.ok
      ? await ledger.start({ command, step: prepared.value.step, leaseMs: leaseMsOf(command) })
      : await refuse(command, prepared.error);
    switch (answer.kind) {
      case 'started':
        if (!prepared.ok) throw new Error(`a refused command was started: ${attemptName(keyOf(command, 'refused'))}`);
        await run(command, prepared.value, { hold: answer.hold, heldSince, log });
        return DONE;
      case 'ended':
        return DONE;
      case 'superseded':
        observer.superseded(command);
        return DONE;
      case 'running':
        return { kind: 'later', afterMs: Math.min(answer.leaseLeftMs, LOOK_AGAIN_MS) };
      case 'in-doubt':
        return (await settle(answer.attempt)) ? DONE : { kind: 'later', afterMs: LOOK_AGAIN_MS };
      default:
        return answer satisfies never;
    }
  };
};
