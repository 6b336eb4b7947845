import type { IncomingMessage } from '@pao/bus';
import {
  decodeMessage,
  type Envelope,
  escalationOpenedV1,
  type TicketResolvedV1,
  ticketOpenedV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { TicketReport } from '../../core/domain/decide-ticket.ts';
import type { Ticket } from '../../core/domain/escalation.ts';
import { toStorable } from '../../core/domain/storable.ts';
import type { ReceivedTicket } from '../../core/use-cases/record-ticket.ts';

/** What a message says of tickets, whichever it is; undefined for all other messages. */
export const ticketReportOf = ({ type, body }: IncomingMessage): ReceivedTicket | undefined => {
  switch (type) {
    case escalationOpenedV1.type: {
      const message = decodeMessage(escalationOpenedV1, body);
      const { round, tickets } = message.data;
      const opened = tickets.flatMap(({ taskId, generation, key, url }) =>
        key === null || url === null ? [] : [{ taskId, generation, ticket: ticketOf({ key, url }) }],
      );
      return received(message, { kind: 'opened', round, tickets: opened });
    }
    case ticketOpenedV1.type: {
      const message = decodeMessage(ticketOpenedV1, body);
      const { taskId, generation, round } = message.data;
      return received(message, { kind: 'ticket-opened', taskId, generation, round, ticket: ticketOf(message.data) });
    }
    case ticketResolvedV1.type: {
      const message = decodeMessage(ticketResolvedV1, body);
      return received(message, resolution(message.data));
    }
    default:
      return undefined;
  }
};

const ticketOf = ({ key, url }: Ticket): Ticket => toStorable({ key, url });

/** Outputs stay as they are: what can't be stored of them is refused, where the person is told. */
const resolution = (data: TicketResolvedV1): TicketReport => {
  const { taskId, generation, outputs } = data;
  const shared = { taskId, generation, ticket: ticketOf(data), by: toStorable(data.resolvedBy) };
  const note = data.note === undefined ? null : toStorable(data.note);
  if (data.outcome === 'done') return { kind: 'done', ...shared, outputs, note };
  const declined = `ticket ${data.key} was declined: ${toStorable(data.resolution)}`;
  return { kind: 'declined', ...shared, reason: note === null ? declined : `${declined}. ${note}` };
};

const received = (
  { id, correlationid, data: { requestId } }: Envelope<{ readonly requestId: string }>,
  report: TicketReport,
): ReceivedTicket => ({
  eventId: id,
  requestId,
  report,
  context: { correlationId: correlationid, traceId: currentTraceId(), traceparent: currentTraceparent() },
});
