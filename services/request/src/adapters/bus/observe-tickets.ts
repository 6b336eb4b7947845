import type { Logger, Metrics } from '@pao/runtime';
import type { ReceivedTicket, TicketOutcome } from '../../core/use-cases/record-ticket.ts';

type Record = (received: ReceivedTicket) => Promise<TicketOutcome>;

/** The same, counted by what each report says and whether it changed anything, and logged when it did not. */
export const observeTickets = (record: Record, { logger, metrics }: { logger: Logger; metrics: Metrics }): Record => {
  const reports = metrics.counter(
    'pao_ticket_reports_total',
    'Reports of tickets, by what they say and what became of them.',
  );
  return async (received) => {
    const outcome = await record(received);
    const { report, requestId } = received;
    reports.increment({ report: report.kind, outcome: outcome.kind });
    if (outcome.kind === 'recorded') return outcome;
    const about = { request_id: requestId, report: report.kind, reason: outcome.reason };
    if (outcome.reason.kind === 'unknown-request') logger.warn(about, 'a ticket of a request that does not exist');
    else logger.debug(about, 'a report of a ticket changed nothing');
    return outcome;
  };
};
