import type { TicketReport } from '../domain/decide-ticket.ts';
import type { Request, Task } from '../domain/request.ts';
import { isFinal } from '../domain/transitions.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { teamsToTell } from './concerned-teams.ts';
import type { Dependencies } from './dependencies.ts';
import { settledMessage } from './escalation-messages.ts';
import { type MessageContext, outcomeMessages } from './messages.ts';
import type { ReceivedTicket } from './record-ticket.ts';

/** What is told of one ticket. */
type OfTicket = Exclude<TicketReport, { readonly kind: 'opened' }>;

/**
 * Who hands back what the request has already, or what it will never need, has not heard that it does; nor has who tells of an open
 * ticket that nobody needs any more. So it is told again, and the request stays as it is.
 */
export const answerAgain = async (
  request: Request,
  { eventId, report, context: { traceparent } }: Pick<ReceivedTicket, 'eventId' | 'report' | 'context'>,
  dependencies: Dependencies,
): Promise<'saved' | 'conflict' | 'handled' | 'nothing'> => {
  if (report.kind === 'opened') return 'nothing';
  const task = request.tasks.find(({ id }) => id === report.taskId);
  if (!task || !isOver(request, task, report)) return 'nothing';
  const { store, commits, now, newId, sealer, callbacks } = dependencies;
  const context: MessageContext = { newId, at: now(), traceparent, sealer, callbacks };
  const messages = isClosed(report)
    ? [settledMessage(request, idOf(report), { by: 'ticket' }, context)]
    : await notNeeded(request, report, dependencies, context);
  const next = { request, changes: [], messages };
  const outcome = await store.save(eventId, request, next);
  if (outcome === 'saved') commits.committed(next);
  return outcome;
};

const isClosed = ({ kind }: OfTicket): boolean => kind === 'done' || kind === 'declined';

const idOf = ({ taskId, generation }: OfTicket) => ({ id: taskId, generation });

/** That the request has ended, where it has: nobody needs its other tickets either. */
const notNeeded = async (
  request: Request,
  report: OfTicket,
  dependencies: Dependencies,
  context: MessageContext,
): Promise<readonly OutboundMessage[]> => {
  if (!isFinal(request.status)) return [settledMessage(request, idOf(report), { by: 'automation' }, context)];
  const before: Request = { ...request, status: 'escalated' };
  const teams = await teamsToTell(before, request, dependencies);
  return outcomeMessages(before, request, { ...context, teams });
};

const OVER: ReadonlySet<Task['status']> = new Set(['completed', 'skipped', 'failed']);

/** In this generation the task is over, so nobody waits for its ticket. */
const isOver = (request: Request, task: Task, { generation }: OfTicket): boolean =>
  generation < task.generation ||
  (generation === task.generation && (OVER.has(task.status) || isFinal(request.status)));
