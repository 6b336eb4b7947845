import { getRequestTickets, type RequestTicket } from '@pao/contracts';
import { type Route, route } from '@pao/http';
import type { ReadTicketsCommand, TicketsRead, TicketView } from '../../core/use-cases/read-tickets.ts';

const ticketView = ({ taskId, generation, system, key, url, createdAt, ...read }: TicketView): RequestTicket => ({
  taskId,
  generation,
  system,
  key,
  url,
  createdAt: createdAt.toISOString(),
  ...(read.status && {
    status: read.status.status,
    statusCategory: read.status.statusCategory,
    assignee: read.status.assignee,
    updatedAt: read.status.updatedAt?.toISOString() ?? null,
    fetchedAt: read.status.fetchedAt.toISOString(),
  }),
  ...(read.problem !== undefined && { problem: read.problem }),
});

/** The tickets of a request. Which requests there are is not known here: one without tickets and none are the same. */
export const ticketsRoute = (readTickets: (command: ReadTicketsCommand) => Promise<TicketsRead>): Route =>
  route(getRequestTickets, async ({ params: { id }, query: { live }, identity: { tenant } }) => {
    const { tickets, partial } = await readTickets({ requestId: id, tenantId: tenant, live: live === 'true' });
    return { data: { tickets: tickets.map(ticketView), partial } };
  });
