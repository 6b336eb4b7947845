import type { Job } from '@pao/postgres/jobs';
import type { Logger } from '@pao/runtime';

export interface ScheduledJobsOptions {
  /** How often a catalog that lies elsewhere is read again; undefined for a folder, which is watched and swept by each process. */
  readonly resyncMinutes: number | undefined;
  readonly sync: () => Promise<void>;
  /** Answers how many deliveries were forgotten; undefined without a webhook. */
  readonly pruneDeliveries: (() => Promise<number>) | undefined;
  readonly logger: Logger;
}

/** Up to an hour, counted from the full hour. */
const everyMinutes = (minutes: number): string => (minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`);

/** What is done at its time, once over all replicas. */
export const scheduledJobs = (options: ScheduledJobsOptions): readonly Job[] => {
  const { resyncMinutes, sync, pruneDeliveries, logger } = options;
  const resync = (minutes: number): Job => ({ name: 'resync-catalog', cron: everyMinutes(minutes), run: sync });
  const prune = (run: () => Promise<number>): Job => ({
    name: 'prune-deliveries',
    cron: '17 3 * * *',
    run: async () => logger.debug({ forgotten: await run() }, 'old webhook deliveries are forgotten'),
  });
  return [
    ...(resyncMinutes === undefined ? [] : [resync(resyncMinutes)]),
    ...(pruneDeliveries === undefined ? [] : [prune(pruneDeliveries)]),
  ];
};
