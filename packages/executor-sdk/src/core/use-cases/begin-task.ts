import type { NewId } from '@pao/kernel';
import { type Hold, leaseMsOf } from '../domain/attempt.ts';
import type { StepPoint } from '../domain/steps.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { fenceAbove, type TaskLog } from '../domain/task-log.ts';
import type { Park } from '../domain/verdict.ts';
import { untilOf, wakeInMs } from '../domain/waiting.ts';
import { waitingEvent } from '../domain/waiting-event.ts';
import type { AttemptLedger, StartAnswer } from '../ports/attempt-ledger.ts';
import type { DoneBefore, NewPark, StepLedger } from '../ports/step-ledger.ts';
import type { OnTo } from './conclude.ts';
import type { PreparedTask } from './prepare-task.ts';
import type { Wakes } from './wakes.ts';

export interface BeginTaskDependencies {
  readonly ledger: Pick<AttemptLedger, 'start'>;
  readonly steps: StepLedger;
  readonly wakes: Wakes;
  readonly newId: NewId;
}

/** `carried-on`: the generation began with a later step, which is held. */
export type Begun = StartAnswer | { readonly kind: 'carried-on'; readonly onTo: OnTo };

export type BeginTask = (
  command: TaskCommand,
  task: Pick<PreparedTask, 'step' | 'continues'>,
  held: { readonly heldSince: number; readonly log: TaskLog },
) => Promise<Begun>;

/** START of a generation: of its first step or, for an action type that continues, behind what an earlier generation has done. */
export const createBeginTask = (dependencies: BeginTaskDependencies): BeginTask => {
  const { ledger, steps, wakes, newId } = dependencies;

  const parkedAnew = (command: TaskCommand, park: Park, { at, done }: DoneBefore, log: TaskLog): NewPark => {
    const until = untilOf(park, at);
    const event = waitingEvent(command, park, { id: newId(), startedAt: at, at, until, log: log.take() });
    const wait = wakeInMs(park, until.getTime() - at.getTime());
    return { command, park, done, startedAt: at, until, wakeInMs: wait, sequence: log.last(), event };
  };

  return async (command, { step, continues }, { heldSince, log }) => {
    const attempt = { command, step, leaseMs: leaseMsOf(command) };
    const before = continues && command.generation > 1 ? await steps.lastDone(command) : undefined;
    if (before === undefined) return ledger.start(attempt);
    const { next, done } = before;
    log.add('info', `goes on behind ${before.step}, which generation ${before.generation} has done`);
    if (next.kind !== 'step') {
      const park = parkedAnew(command, next, before, log);
      const answer = await steps.carryOn(attempt, before, { kind: 'park', park });
      wakes.soon(park.wakeInMs);
      return answer;
    }
    const point: StepPoint = { state: next.state, done, by: 0 };
    const following = { command, next, point, leaseMs: attempt.leaseMs, fence: fenceAbove(log.last()) };
    const answer = await steps.carryOn(attempt, before, { kind: 'step', attempt: following });
    if (answer.kind !== 'started') return answer;
    return { kind: 'carried-on', onTo: onTo(command, answer.hold, { heldSince, log }, { next, done }) };
  };
};

const onTo = (
  command: TaskCommand,
  hold: Hold,
  held: { readonly heldSince: number; readonly log: TaskLog },
  point: Pick<OnTo, 'next' | 'done'>,
): OnTo => ({ command, hold, ...held, ...point });
