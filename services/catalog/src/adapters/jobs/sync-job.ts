import type { Logger } from '@pao/runtime';
import { coalesce } from '../../core/use-cases/coalesce.ts';
import type { SyncCatalog, SyncSummary } from '../../core/use-cases/sync-catalog.ts';

const logSummary = (logger: Logger, summary: SyncSummary): void => {
  switch (summary.outcome) {
    case 'unchanged':
      return logger.debug('the catalog is unchanged');
    case 'unreadable':
      return logger.error(
        { reason: summary.reason },
        'the catalog cannot be read; what was read last is still offered',
      );
    case 'applied': {
      const { publish, retire, documents, revision } = summary.plan;
      const counts = { published: publish.length, retired: retire.length, documents, revision, errors: summary.errors };
      if (summary.errors > 0)
        return logger.warn(counts, 'the catalog was read; files with errors were left out, devctl validate names them');
      return logger.info(counts, 'the catalog was read');
    }
    default:
      return summary satisfies never;
  }
};

export interface SyncJobOptions {
  readonly syncCatalog: SyncCatalog;
  readonly logger: Logger;
  /** Called with what each sync did. Never rejects. */
  readonly onSynced: (summary: SyncSummary) => Promise<void>;
}

/** A sync for whoever wants one: at start-up, on a call, on a change of the folder, at a sweep. Resolves when one that began after the call has ended. */
export const createSyncJob = ({ syncCatalog, logger, onSynced }: SyncJobOptions): (() => Promise<void>) =>
  coalesce(async () => {
    const summary = await syncCatalog();
    logSummary(logger, summary);
    await onSynced(summary);
  });
