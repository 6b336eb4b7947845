import { type DataOf, docUrlOf, listEscalations } from '@pao/contracts';
import { createCursor, invalidCursor, type Route, route } from '@pao/http';
import { z } from 'zod';
import type { Escalation } from '../../core/domain/escalation.ts';
import type { Ticket } from '../../core/domain/tickets/handover.ts';
import type { HandoverStore } from '../../core/ports/handover-store.ts';
import type { ListEscalations } from '../../core/use-cases/list-escalations.ts';

const cursors = createCursor('escalations-1', z.strictObject({ failedAt: z.iso.datetime(), id: z.uuid() }));

type EscalationResponse = DataOf<typeof listEscalations>[number];

const toResponse = (escalation: Escalation, tickets: readonly Ticket[]): EscalationResponse => ({
  id: escalation.id,
  requestId: escalation.requestId,
  status: escalation.status,
  catalogId: escalation.catalogId,
  name: escalation.name,
  requestedBy: escalation.requestedBy,
  task: escalation.task,
  failure: explained(escalation.failure),
  stuck: escalation.stuck,
  completedTasks: escalation.completedTasks,
  totalTasks: escalation.totalTasks,
  failedAt: escalation.failedAt.toISOString(),
  // Those that tasks wait for by design are none of the escalation's, and the request's own is of no task.
  tickets: tickets.flatMap(({ taskId, position, issue, state }) =>
    issue && position > 0 ? [{ taskId, position, key: issue.key, url: issue.url, status: state }] : [],
  ),
});

const explained = (failure: Escalation['failure']): EscalationResponse['failure'] => {
  const docUrl = docUrlOf(failure.code);
  // The contract's JSON type is a mutable one; nothing alters it.
  return { ...(failure as EscalationResponse['failure']), ...(docUrl !== undefined && { docUrl }) };
};

export const escalationRoutes = (list: ListEscalations, handovers: Pick<HandoverStore, 'list'>): readonly Route[] => [
  route(listEscalations, async ({ query: { cursor, ...filters }, identity }) => {
    const after = cursor === undefined ? undefined : cursors.decode(cursor);
    if (after && !after.ok) return invalidCursor();
    const position = after && { failedAt: new Date(after.value.failedAt), id: after.value.id };
    const { escalations, next } = await list({
      tenantId: identity.tenant,
      limit: filters.limit,
      ...(filters.status !== undefined && { status: filters.status }),
      ...(filters.requestId !== undefined && { requestId: filters.requestId }),
      ...(position && { after: position }),
    });
    const nextCursor = next ? cursors.encode({ failedAt: next.failedAt.toISOString(), id: next.id }) : null;
    const requestIds = [...new Set(escalations.map(({ requestId }) => requestId))];
    const handedOver = await handovers.list(identity.tenant, requestIds);
    const tickets = new Map(handedOver.map((handover) => [handover.requestId, handover.tickets]));
    const data = escalations.map((escalation) => toResponse(escalation, tickets.get(escalation.requestId) ?? []));
    return { data, pagination: { nextCursor, hasMore: nextCursor !== null } };
  }),
];
