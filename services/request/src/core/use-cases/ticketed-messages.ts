import { taskTicketedV1 } from '@pao/contracts';
import { type OwnTicket, ownTicketOf, ticketFields, ticketsBefore } from '../domain/own-tickets.ts';
import type { Plan, Selection } from '../domain/plan.ts';
import { type Request, type Task, taskAt } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import type { Dependencies } from './dependencies.ts';
import { EVENTS, type MessageContext, message } from './messages.ts';
import { planPinned } from './plan-pinned.ts';
import { selectPinned } from './select-documents.ts';

/** How a bundle wants its tickets linked; its document is the main one. */
export const linkingOf = ({ main: { document } }: Selection) =>
  document.kind === 'CatalogBundle' ? document.fulfillment.orchestration.jiraLinking : undefined;

const referenceOf = ({ task, instance, key, url }: OwnTicket) => ({
  ...{ taskId: task.id, generation: task.generation, instance, key, url },
});

interface Parts {
  readonly request: Request;
  readonly plan: Plan;
  readonly selection: Selection;
}

/** Of one task that has the ticket of its own action; undefined for any other. */
export const ticketedMessage = (
  task: Task,
  { request, plan, selection }: Parts,
  context: MessageContext,
): OutboundMessage | undefined => {
  const ticket = ownTicketOf(task, plan);
  if (ticket === undefined) return undefined;
  const linkType = linkingOf(selection)?.linkType;
  return message(request, context, {
    contract: taskTicketedV1,
    destination: EVENTS,
    data: {
      ...{ requestId: request.id, ...referenceOf(ticket) },
      waits: task.status === 'waiting',
      fields: { ...ticketFields(task, plan) },
      ...(linkType !== undefined && { linkType }),
      after: request.kind === 'bundle' ? ticketsBefore(request, task, plan).map(referenceOf) : [],
      toldAt: context.at.toISOString(),
    },
  });
};

const gotTicket = (before: Request, task: Task): boolean =>
  task.type === 'jira-ticket' &&
  task.dependsOn.length > 0 &&
  (task.status === 'waiting' || task.status === 'completed') &&
  taskAt(before, task.position).status !== task.status &&
  taskAt(before, task.position).status !== 'waiting';

/** Of tasks of a bundle that have got their tickets now: which others come before, so that these are linked. */
export const ticketedMessages = async (
  before: Request,
  after: Request,
  dependencies: Pick<Dependencies, 'catalog' | 'sealer'>,
  context: MessageContext,
): Promise<readonly OutboundMessage[]> => {
  const tasks = after.kind === 'bundle' ? after.tasks.filter((task) => gotTicket(before, task)) : [];
  if (tasks.length === 0) return [];
  const plan = await planPinned(after, dependencies);
  if (!plan.ok) return [];
  const parts = { request: after, plan: plan.value, selection: await selectPinned(dependencies.catalog, after) };
  // Without another ticket before it there is nothing to link.
  return tasks
    .filter((task) => ticketsBefore(after, task, plan.value).length > 0)
    .flatMap((task) => ticketedMessage(task, parts, context) ?? []);
};
