import type { Clock, NewId } from '@pao/kernel';
import { REFUSED } from '../domain/attempt.ts';
import type { TaskCancellation } from '../domain/task-command.ts';
import { cancelledEvent } from '../domain/task-events.ts';
import type { ActionRunners } from '../ports/action-runner.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { ParkedTasks } from '../ports/parked-tasks.ts';
import type { TaskObserver } from '../ports/task-observer.ts';

export interface CancelTaskDependencies {
  readonly ledger: AttemptLedger;
  readonly parked: ParkedTasks;
  readonly runners: ActionRunners;
  readonly observer: TaskObserver;
  readonly now: Clock;
  readonly newId: NewId;
}

/**
 * Refuses a generation of a task for ever, unless it has started: what has started is not stopped, and tells its end as always; what is
 * parked does not go on. The refusal takes the place in the ledger that START would take, so that of the two only one can be first.
 */
export const createCancelTask =
  ({ ledger, parked, runners, observer, now, newId }: CancelTaskDependencies) =>
  async (cancellation: TaskCancellation): Promise<void> => {
    const step = runners.get(cancellation.actionType)?.step ?? REFUSED;
    const event = cancelledEvent(cancellation, { id: newId(), at: now() });
    const outcome = await ledger.cancel({ cancellation, step, event });
    if (outcome === 'cancelled') return observer.cancelled(cancellation, outcome);
    const told = cancelledEvent(cancellation, { id: newId(), at: now() }, 'parked');
    return observer.cancelled(cancellation, (await parked.cancel(cancellation, told)) ? 'parked' : 'begun');
  };
