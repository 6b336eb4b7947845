import type { Route } from '@pao/http';
import type { Database } from '@pao/postgres';
import type { Logger } from '@pao/runtime';
import { approvalRoutes } from '../adapters/http/approvals.ts';
import type { ScheduledJob } from '../adapters/jobs/scheduled-jobs.ts';
import { createPostgresApprovals } from '../adapters/postgres/approvals.ts';
import { checkApprovals } from '../core/use-cases/check-approvals.ts';
import { decideApproval } from '../core/use-cases/decide-approval.ts';
import type { Dependencies } from '../core/use-cases/dependencies.ts';
import { listApprovals, readApproval } from '../core/use-cases/list-approvals.ts';

/** What people are asked to agree to. */
export const wireApprovals = (database: Database, dependencies: Dependencies): readonly Route[] => {
  const all = { ...dependencies, approvals: createPostgresApprovals(database) };
  return approvalRoutes({
    listApprovals: listApprovals(all),
    readApproval: readApproval(all),
    decideApproval: decideApproval(all),
  });
};

/** Reminders and ends of what nobody decides; a decision after the end is refused even before this has run. */
export const approvalJobs = (
  database: Database,
  { logger, ...dependencies }: Dependencies & { readonly logger: Logger },
): readonly ScheduledJob[] => {
  const check = checkApprovals({ ...dependencies, approvals: createPostgresApprovals(database) });
  const run = async (signal: AbortSignal): Promise<void> => {
    const count = await check(signal);
    if (count > 0) logger.info({ count }, 'approvals were reminded of, or are over');
  };
  return [{ name: 'approvals', everyMinutes: 1, run }];
};
