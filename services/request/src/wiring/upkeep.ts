import type { Route } from '@pao/http';
import type { Database } from '@pao/postgres';
import type { Logger, Metrics } from '@pao/runtime';
import { upkeepRoutes } from '../adapters/http/upkeep.ts';
import type { ScheduledJob } from '../adapters/jobs/scheduled-jobs.ts';
import { createPostgresAttention } from '../adapters/postgres/attention.ts';
import { createPostgresEndedRequests } from '../adapters/postgres/ended-requests.ts';
import { createPostgresLeadTimes } from '../adapters/postgres/lead-times.ts';
import { createPostgresRecordReader } from '../adapters/postgres/record-reader.ts';
import type { Config } from '../config.ts';
import type { LeadTime } from '../core/domain/lead-time.ts';
import { recordLeadTimes } from '../core/use-cases/record-lead-times.ts';
import { removeEndedRequests } from '../core/use-cases/remove-ended-requests.ts';
import { reconcileRequests, watchForSilence } from '../core/use-cases/watch-requests.ts';

export interface UpkeepOptions {
  readonly database: Database;
  readonly config: Pick<Config, 'retentionDays' | 'attention'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

export interface Upkeep {
  readonly routes: readonly Route[];
  readonly jobs: readonly ScheduledJob[];
  readonly findLeadTime: (requestId: string) => Promise<LeadTime | undefined>;
}

/** What looks after requests while nobody does. */
export const createUpkeep = ({ database, config, logger, metrics, now }: UpkeepOptions): Upkeep => {
  const attention = createPostgresAttention(database);
  const leadTimes = createPostgresLeadTimes(database);
  metrics.gauge('pao_attention', 'Findings that operators should look at, by kind', async () =>
    (await attention.counts()).map(({ kind, count }) => ({ labels: { kind }, value: count })),
  );
  const watching = {
    records: createPostgresRecordReader(database),
    attention,
    now,
    patience: config.attention,
    report: ({ kind, subject, message, since }: { kind: string; subject: string; message: string; since: Date }) =>
      logger.warn({ kind, subject, since }, `needs attention: ${message}`),
  };
  const remove = removeEndedRequests({ ended: createPostgresEndedRequests(database), now, days: config.retentionDays });
  const record = recordLeadTimes({ leadTimes, now });
  return {
    routes: upkeepRoutes({ attention, leadTimes, now }),
    findLeadTime: (requestId) => leadTimes.find(requestId),
    jobs: [
      { name: 'watch-for-silence', everyMinutes: 5, run: watchForSilence(watching) },
      { name: 'record-lead-times', everyMinutes: 5, run: async (signal) => void (await record(signal)) },
      { name: 'reconcile-requests', cron: '23 * * * *', run: reconcileRequests(watching) },
      {
        name: 'remove-ended-requests',
        cron: '47 2 * * *',
        run: async (signal) =>
          logger.info({ removed: await remove(signal) }, 'requests that ended long ago are removed'),
      },
    ],
  };
};
