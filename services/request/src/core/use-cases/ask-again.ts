import { isParked, isWithPeople, waitsForPeople } from '../domain/escalation.ts';
import type { Request, Task } from '../domain/request.ts';
import { waitsAtExecutor } from '../domain/waiting.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import type { RequestReader } from '../ports/request-reader.ts';
import type { UnheardTickets } from '../ports/unheard-tickets.ts';
import type { Dependencies } from './dependencies.ts';
import { escalatingMessage } from './escalating-message.ts';
import type { MessageContext } from './messages.ts';
import { escalationSourceOf } from './prepare-decision.ts';
import { ticketedMessage } from './ticketed-messages.ts';

export interface AskDependencies extends Dependencies {
  readonly unheard: UnheardTickets;
  readonly reader: Pick<RequestReader, 'changesAfter'>;
  readonly everyMs: number;
}

/** Of one run: a bus that is merely slow is not flooded. */
const LIMIT = 100;

/**
 * Tells the escalation service again what it may not have heard, in messages that change nothing where it has: it answers with the
 * tickets it knows. Returns of how many requests.
 */
export const askAgain =
  (dependencies: AskDependencies) =>
  async (signal: AbortSignal): Promise<number> => {
    const { unheard, everyMs, now } = dependencies;
    let asked = 0;
    for (const id of await unheard.find({ at: now(), everyMs, limit: LIMIT })) {
      if (signal.aborted) break;
      if (await ask(id, dependencies)) asked += 1;
    }
    return asked;
  };

const ask = async (id: string, dependencies: AskDependencies): Promise<boolean> => {
  const { store, commits, now, newId, sealer, callbacks } = dependencies;
  const before = await store.find(id);
  if (!before) return false;
  const context: MessageContext = { newId, at: now(), traceparent: undefined, sealer, callbacks };
  const messages = isWithPeople(before.status)
    ? [await escalatingAgain(before, dependencies, context)]
    : await ticketedAgain(before, dependencies, context);
  if (messages.length === 0) return false;
  const next = { request: before, changes: [], messages };
  if ((await store.save(newId(), before, next)) !== 'saved') return false;
  commits.committed(next);
  return true;
};

/** As it was when a person decided: what waits for people had failed, was stuck, or was not tried yet. */
const asDecided = (request: Request): Request => ({
  ...request,
  tasks: request.tasks.map((task) => (waitsForPeople(request, task) ? { ...task, status: statusBefore(task) } : task)),
});

const statusBefore = ({ failure, stuck }: Task): Task['status'] =>
  stuck !== null ? 'stuck' : failure !== null ? 'failed' : 'pending';

const escalatingAgain = async (
  after: Request,
  dependencies: AskDependencies,
  context: MessageContext,
): Promise<OutboundMessage> => {
  const changes = await dependencies.reader.changesAfter(after.id, 0);
  const decision = changes.findLast(({ change }) => change === 'request-escalating');
  const source = await escalationSourceOf(after, dependencies);
  const decidedBy = decision?.actor ?? after.requester.email;
  const parts = { before: asDecided(after), after, decidedBy, reason: decision?.reason ?? null, source };
  return escalatingMessage(parts, context);
};

const ticketedAgain = async (
  request: Request,
  dependencies: AskDependencies,
  context: MessageContext,
): Promise<readonly OutboundMessage[]> => {
  const { plan, selection } = await escalationSourceOf(request, dependencies);
  if (!plan.ok) return [];
  const waiting = request.tasks.filter((task) => isParked(request, task) && !waitsAtExecutor(task));
  return waiting.flatMap((task) => ticketedMessage(task, { request, plan: plan.value, selection }, context) ?? []);
};
