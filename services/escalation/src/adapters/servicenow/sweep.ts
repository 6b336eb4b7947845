import type { ServiceNowSite } from '@pao/outgoing';
import type { Logger } from '@pao/runtime';
import type { NoticeIssue } from '../../core/use-cases/notice-issues.ts';

export interface RecordSweepOptions {
  readonly sites: ReadonlyMap<string, ServiceNowSite>;
  /** Tables that tickets are in; of what is derived from a table its records, too. */
  readonly tables: readonly string[];
  readonly notice: NoticeIssue;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Changes of so long are looked at again: a sweep may fail. */
const OVERLAP_MINUTES = 10;

/** Asks each instance which of our records changed lately: for what no business rule told. */
export const createRecordSweep =
  ({ sites, tables, notice, everyMs, timeoutMs, logger }: RecordSweepOptions) =>
  async (signal: AbortSignal): Promise<void> => {
    const minutes = OVERLAP_MINUTES + Math.ceil((everyMs * 2) / 60_000);
    const searches = [...sites].flatMap(([instance, site]) => tables.map((table) => ({ instance, site, table })));
    for (const { instance, site, table } of searches) {
      const found = await site.findChanged(table, { correlationPrefix: 'pao-', minutes }, timeoutMs);
      if (!found.ok) {
        logger.warn({ instance, table, code: found.error.outcome.code }, 'changed records could not be asked for');
        continue;
      }
      for (const { sysId } of found.value) {
        if (signal.aborted) return;
        await notice(sysId);
      }
    }
  };
