import { type JiraSite, WAITING_LABEL } from '@pao/jira';
import type { Logger } from '@pao/runtime';
import { COMMON_LABEL } from '../../core/domain/tickets/handover.ts';
import type { NoticeIssue } from '../../core/use-cases/notice-issues.ts';

export interface SweepOptions {
  readonly sites: ReadonlyMap<string, JiraSite>;
  readonly notice: NoticeIssue;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Changes of so long are looked at again: the search lags behind, and a sweep may fail. */
const OVERLAP_MINUTES = 10;
const MOST = 500;
/** Tickets of escalations, and those that tasks wait for. */
const LABELS = [COMMON_LABEL, WAITING_LABEL];

/** Asks each site which of our tickets changed lately: for what a webhook did not say. */
export const createSweep =
  ({ sites, notice, everyMs, timeoutMs, logger }: SweepOptions) =>
  async (signal: AbortSignal): Promise<void> => {
    const minutes = OVERLAP_MINUTES + Math.ceil((everyMs * 2) / 60_000);
    const searches = [...sites].flatMap(([instance, site]) => LABELS.map((label) => ({ instance, site, label })));
    for (const { instance, site, label } of searches) {
      const jql = `labels = "${label}" AND updated >= "-${minutes}m" ORDER BY updated DESC`;
      const found = await site.search({ jql, most: MOST }, timeoutMs);
      if (!found.ok) {
        logger.warn({ instance, code: found.error.outcome.code }, 'changed tickets could not be asked for');
        continue;
      }
      for (const { id } of found.value) {
        if (signal.aborted) return;
        await notice(id);
      }
    }
  };
