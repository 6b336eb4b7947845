import type { Logger, Metrics } from '@pao/runtime';
import type { ReceivedReport, RecordOutcome } from '../../core/use-cases/record-report.ts';

type Record = (received: ReceivedReport) => Promise<RecordOutcome>;

/** The same, counted by what each report says and whether it changed anything, and logged when it did not. */
export const observeReports = (record: Record, { logger, metrics }: { logger: Logger; metrics: Metrics }): Record => {
  const reports = metrics.counter(
    'pao_task_reports_total',
    'Reports of tasks, by what they say and what became of them.',
  );
  return async (received) => {
    const outcome = await record(received);
    const { report, requestId } = received;
    for (const { kind } of [...(report.completedBefore ?? []), report])
      reports.increment({ report: kind, outcome: outcome.kind });
    if (outcome.kind === 'recorded') return outcome;
    const about = { request_id: requestId, task_id: report.taskId, report: report.kind, reason: outcome.reason };
    // Repetitions are the bus's way; a report of something that was never stored is not.
    if (outcome.reason.kind === 'unknown-request') logger.warn(about, 'a report of a request that does not exist');
    else logger.debug(about, 'a report changed nothing');
    return outcome;
  };
};
