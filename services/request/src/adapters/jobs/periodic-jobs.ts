import { type Logger, PeriodicJob } from '@pao/runtime';

export interface PeriodicJobsOptions {
  /** Returns how many commands were sent again. */
  readonly resend: (signal: AbortSignal) => Promise<number>;
  /** Looks for what other replicas did to requests that are followed here. */
  readonly look: () => Promise<void>;
  /** Each forgets something old. */
  readonly housekeeping: readonly (() => Promise<unknown>)[];
  readonly logger: Logger;
}

const RESEND_MS = 60_000;
const LOOK_MS = 1_000;
const HOUSEKEEPING_MS = 60 * 60 * 1_000;

/** What this service does now and then. */
export const createPeriodicJobs = ({
  resend,
  look,
  housekeeping,
  logger,
}: PeriodicJobsOptions): readonly PeriodicJob[] => {
  const job = (name: string, intervalMs: number, run: (signal: AbortSignal) => Promise<void>): PeriodicJob =>
    new PeriodicJob({ name, intervalMs, run, logger });
  return [
    job('resend', RESEND_MS, async (signal) => {
      const count = await resend(signal);
      if (count > 0) logger.warn({ count }, 'commands of queued tasks were sent again');
    }),
    job('look-for-changes', LOOK_MS, look),
    job('housekeeping', HOUSEKEEPING_MS, async () => {
      for (const forget of housekeeping) await forget();
    }),
  ];
};
