import {
  getRequestEscalation,
  linkEscalationTicket,
  type RequestEscalation,
  retryEscalationTicket,
} from '@pao/contracts';
import { type ApiError, apiError, type Identity, type Route, route } from '@pao/http';
import type { TicketView } from '../../core/domain/tickets/view.ts';
import { NO_ROUND } from '../../core/domain/tickets/watch-ticket.ts';
import type { Mender, MendRefusal, MendTicket } from '../../core/use-cases/mend-ticket.ts';
import type { HandoverView, ReadHandover } from '../../core/use-cases/read-handover.ts';

const toTicket = ({ ticket, problem, blockedBy, reading }: TicketView): RequestEscalation['tickets'][number] => ({
  taskId: ticket.taskId,
  generation: ticket.generation,
  position: ticket.position,
  name: ticket.name,
  key: ticket.issue?.key ?? null,
  url: ticket.issue?.url ?? null,
  status: ticket.state,
  ...(problem && { problem }),
  blockedBy: [...blockedBy],
  ...(reading && { jira: { status: reading.status, resolution: reading.resolution, assignee: reading.assignee } }),
});

const toResponse = ({ handover, tickets, parent }: HandoverView): RequestEscalation => ({
  // Nobody handed it over: these are the tickets that its tasks wait for.
  status: handover.round === NO_ROUND ? 'none' : handover.status,
  round: handover.round,
  ...(parent && { parent: { key: parent.issue?.key ?? null, url: parent.issue?.url ?? null } }),
  tickets: tickets.map(toTicket),
});

const notFound = (): ApiError =>
  apiError({ code: 'NOT_FOUND', message: 'There is no such request in the hands of people, or no such ticket of it.' });

const refusalOf = (refusal: MendRefusal): ApiError => {
  switch (refusal.kind) {
    case 'not-found':
      return notFound();
    case 'forbidden':
      return apiError({
        code: 'FORBIDDEN',
        message: 'Only who requested or escalated it, and operators, may do this.',
      });
    case 'conflict':
      return apiError({ code: 'CONFLICT', message: refusal.message });
    case 'no-such-ticket':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: refusal.message,
        details: [{ field: 'key', issue: 'names no ticket' }],
      });
    case 'unavailable':
      return apiError({ code: 'UNAVAILABLE', message: refusal.message });
    default:
      return refusal satisfies never;
  }
};

const menderOf = ({ tenant, email, roles }: Identity): Mender => ({ tenantId: tenant, email, roles });

export interface TicketRoutes {
  readonly read: ReadHandover;
  readonly mend: MendTicket;
}

export const ticketRoutes = ({ read, mend }: TicketRoutes): readonly Route[] => {
  const answer = async (tenantId: string, requestId: string, live = false) => {
    const found = await read(tenantId, requestId, live);
    return found ? { data: toResponse(found) } : notFound();
  };
  return [
    route(getRequestEscalation, ({ params, query, identity }) =>
      answer(identity.tenant, params.id, query.live === 'true'),
    ),
    route(retryEscalationTicket, async ({ params: { id: requestId, taskId }, body, identity }) => {
      const retried = await mend.retry(menderOf(identity), { requestId, taskId }, body.acknowledgeUnknown === true);
      return retried.ok ? answer(identity.tenant, requestId) : refusalOf(retried.error);
    }),
    route(linkEscalationTicket, async ({ params: { id: requestId, taskId }, body, identity }) => {
      const linked = await mend.link(menderOf(identity), { requestId, taskId }, body.key);
      return linked.ok ? answer(identity.tenant, requestId) : refusalOf(linked.error);
    }),
  ];
};
