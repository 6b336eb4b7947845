import { renderOrder } from '../domain/dispatch.ts';
import { type Request, taskAt } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import type { OverdueTask, OverdueTasks } from '../ports/overdue-tasks.ts';
import { cancelMessage } from './decision-messages.ts';
import type { Dependencies } from './dependencies.ts';
import { commandMessage, type MessageContext } from './messages.ts';
import { planPinned } from './plan-pinned.ts';

export interface ResendDependencies extends Dependencies {
  readonly overdue: OverdueTasks;
  /** Milliseconds a queued task may wait for a sign of life. */
  readonly waitMs: number;
}

/** Of one run, so that a bus that is merely slow is not flooded. */
const LIMIT = 100;

/**
 * Sends the commands of tasks again that nobody reported on for too long: the bus may have lost them. Harmless when it
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
  const { store, commits, overdue, now, newId, sealer, callbacks } = dependencies;
  const request = await store.find(entry.requestId);
  if (!request) return false;
  const at = now();
  const context = { newId, at, traceparent: undefined, sealer, callbacks };
  const message = await overdueMessage(request, entry, { context, dependencies });
  if (!message) return false;
  const sent = await overdue.resend(entry, { version: request.version, at, message });
  if (sent) commits.committed({ request, changes: [], messages: [message] });
  return sent;
};

interface ResendParts {
  readonly context: MessageContext;
  readonly dependencies: ResendDependencies;
}

/** What the executor is asked once more: while a request is aborting, to cancel; else, to carry out. */
const overdueMessage = async (
  request: Request,
  { position, resends }: OverdueTask,
  { context, dependencies }: ResendParts,
): Promise<OutboundMessage | undefined> => {
  const { platform, digest } = dependencies;
  const task = taskAt(request, position);
  if (request.status === 'aborting') return cancelMessage(request, task, context, resends + 1);
  const plan = await planPinned(request, dependencies);
  // Without the keys there is no second command; the first may still be on its way.
  if (!plan.ok) return undefined;
  const command = renderOrder(request, task, { plan: plan.value, platform, digest });
  if (!command.ok) throw new Error(`task ${task.id} renders no more: ${command.error.message}`);
  return commandMessage(request, command.value, context, resends + 1);
};
