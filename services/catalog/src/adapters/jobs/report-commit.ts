import { errorMessage, TransientError } from '@pao/kernel';
import type { Logger } from '@pao/runtime';
import type { CommitOutcome, CommitReporter } from '../../core/ports/commit-reporter.ts';
import type { SyncSummary } from '../../core/use-cases/sync-catalog.ts';

/**
 * Tells what became of a commit, after the sync that read it. What cannot be told now is told after a later sync, as long as no newer
 * commit has come; a sync never fails by it.
 */
export const createCommitReports = (reporter: CommitReporter | undefined, logger: Logger) => {
  let pending: CommitOutcome | undefined;
  return async (summary: SyncSummary): Promise<void> => {
    if (!reporter) return;
    if (summary.outcome === 'applied') pending = { commit: summary.commit, errors: summary.errors };
    if (!pending) return;
    const { commit } = pending;
    try {
      await reporter.report(pending);
      pending = undefined;
    } catch (error) {
      if (!(error instanceof TransientError)) pending = undefined;
      logger.warn({ reason: errorMessage(error), commit }, 'the commit status could not be written');
    }
  };
};
