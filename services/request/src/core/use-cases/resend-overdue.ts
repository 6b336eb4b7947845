import { renderDispatched } from '../domain/dispatch.ts';
import { taskAt } from '../domain/request.ts';
import type { OverdueTask, OverdueTasks } from '../ports/overdue-tasks.ts';
import { cancelMessage } from './decision-messages.ts';
import type { Dependencies } from './dependencies.ts';
import { commandMessage } from './messages.ts';
import { planPinned } from './plan-pinned.ts';

export interface ResendDependencies extends Dependencies {
  readonly overdue: OverdueTasks;
  /** Milliseconds a queued task may wait for a sign of life. */
  readonly waitMs: number;
}

/** Of one run, so that a bus that is merely slow is not flooded. */
const LIMIT = 100;

/**
 * Sends the commands of queued tasks again that nobody reported on for too long: the bus may have lost them. Harmless when it
 * has not, since the executor carries out an attempt once. Returns how many were sent.
 */
export const resendOverdue =
  (dependencies: ResendDependencies) =>
  async (signal: AbortSignal): Promise<number> => {
    const { overdue, waitMs, now } = dependencies;
    let sent = 0;
    for (const task of await overdue.find({ at: now(), waitMs, limit: LIMIT })) {
      if (signal.aborted) break;
      if (await resend(task, dependencies)) sent += 1;
    }
    return sent;
  };

const resend = async (entry: OverdueTask, dependencies: ResendDependencies): Promise<boolean> => {
  const { store, platform, commits, overdue, now, newId, digest, sealer } = dependencies;
  const request = await store.find(entry.requestId);
  if (!request) return false;
  const task = taskAt(request, entry.position);
  const plan = await planPinned(request, dependencies);
  // Without the keys there is no second command; the first may still be on its way.
  if (!plan.ok) return false;
  const command = renderDispatched(request, task, { plan: plan.value, platform, digest });
  if (!command.ok) throw new Error(`task ${task.id} renders no more: ${command.error.message}`);
  const at = now();
  const context = { newId, at, traceparent: undefined, sealer };
  const message = commandMessage(request, command.value, context, entry.resends + 1);
  const sent = await overdue.resend(entry, { version: request.version, at, message });
  if (sent) commits.committed({ request, changes: [], messages: [message] });
  return sent;
};
