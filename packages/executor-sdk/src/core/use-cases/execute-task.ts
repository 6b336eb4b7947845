import type { Clock, NewId } from '@pao/kernel';
import { storable } from '../domain/storable.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { endedEvent } from '../domain/task-events.ts';
import { createTaskLog, logEnd } from '../domain/task-log.ts';
import type { Failure } from '../domain/verdict.ts';
import type { AttemptLedger, StartAnswer } from '../ports/attempt-ledger.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';
import type { BeginTask } from './begin-task.ts';
import type { EnterTarget } from './enter-target.ts';
import { createFollowUps, type FollowUps } from './follow-ups.ts';
import type { PreparedTask, PrepareTask } from './prepare-task.ts';
import type { Followed } from './record-end.ts';
import type { Held, RunAttempt } from './run-attempt.ts';
import type { SettleAttempt } from './settle-attempt.ts';

/** Whether the command is settled, or has to be looked at again. */
export type Executed = { readonly kind: 'done' } | { readonly kind: 'later'; readonly afterMs: number };

const DONE: Executed = { kind: 'done' };
/** Whoever runs the attempt may end long before the lease does. */
const LOOK_AGAIN_MS = 15_000;

export interface ExecuteTaskDependencies {
  readonly ledger: AttemptLedger;
  readonly prepare: PrepareTask;
  readonly enterTarget: EnterTarget;
  readonly begin: BeginTask;
  readonly runAttempt: RunAttempt;
  readonly settle: SettleAttempt;
  readonly inTaskSpan: <T>(command: TaskCommand, work: () => Promise<T>) => Promise<T>;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
}

/** `followUps`: tasks that may be begun behind it, in order. */
export type ExecuteTask = (command: TaskCommand, followUps?: readonly TaskCommand[]) => Promise<Executed>;

/**
 * Carries out one command: its effects happen at most once, whatever comes twice, late or broken off. A command whose attempt
 * started elsewhere waits for that lease; one whose attempt is in doubt is settled without running it blindly.
 */
export const createExecuteTask = (dependencies: ExecuteTaskDependencies): ExecuteTask => {
  const { ledger, prepare, enterTarget, begin, runAttempt, settle, observer, timing, now, newId, inTaskSpan } =
    dependencies;
  const followUpsOf = createFollowUps(dependencies);

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

  /** What becomes of a command that did not begin here. */
  const stand = async (command: TaskCommand, answer: Exclude<StartAnswer, { kind: 'started' }>): Promise<Executed> => {
    switch (answer.kind) {
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

  /** Carries out a task that has started, and what is begun behind it, one after the other. */
  const run = async (command: TaskCommand, task: PreparedTask, held: Held): Promise<void> => {
    let followed = await runAttempt.run(command, task, held);
    while (followed !== undefined) {
      const { command: following, task: itsTask, ...itsHold }: Followed = followed;
      itsHold.log.add('debug', `begun right behind the task before it: ${following.action.type}`);
      const next = { ...itsHold, done: [], followUps: held.followUps };
      followed = await inTaskSpan(following, () => runAttempt.run(following, itsTask, next));
    }
  };

  const carryOut = async (
    command: TaskCommand,
    task: PreparedTask,
    { heldSince, followUps }: { readonly heldSince: number; readonly followUps: FollowUps },
  ): Promise<Executed> => {
    const log = createTaskLog(now);
    log.add('debug', `prepared: ${command.action.type}`);
    const answer = await begin(command, task, { heldSince, log });
    if (answer.kind === 'started') {
      await run(command, task, { hold: answer.hold, heldSince, log, done: [], followUps });
      return DONE;
    }
    if (answer.kind !== 'carried-on') return stand(command, answer);
    await runAttempt.goOn(answer.onTo);
    return DONE;
  };

  return async (command, behind = []) => {
    const prepared = await prepare(command);
    // Taken before START: should this process be stopped here, the time the effect has is over with its lease.
    const heldSince = timing.elapsed();
    if (!prepared.ok) {
      const answer = await refuse(command, prepared.error);
      if (answer.kind === 'started') throw new Error(`a refused command was started: ${command.taskId}`);
      return stand(command, answer);
    }
    const entry = await enterTarget(command, prepared.value);
    if (entry.kind === 'later') return entry;
    const followUps = followUpsOf(behind, () => entry.leave());
    try {
      return await carryOut(command, entry.task, { heldSince, followUps });
    } finally {
      followUps.end();
    }
  };
};
