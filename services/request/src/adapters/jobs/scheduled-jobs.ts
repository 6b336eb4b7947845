import { type Job, type Jobs, type JobsOptions, openJobs } from '@pao/postgres/jobs';

interface Work {
  /** Letters, digits and `-`; unique in the service. */
  readonly name: string;
  /** One run. `signal` ends it at a stop, or when it has taken too long. A run that throws is logged, and the next one comes in time. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** When: five fields in UTC, such as `17 3 * * *`, or every so many minutes, counted from the full hour. */
export type ScheduledJob = Work & ({ readonly cron: string } | { readonly everyMinutes: 1 | 5 | 10 | 15 | 30 | 60 });

const cronOf = (job: ScheduledJob): string => {
  if ('cron' in job) return job.cron;
  return job.everyMinutes === 60 ? '0 * * * *' : `*/${job.everyMinutes} * * * *`;
};

const toJob = (job: ScheduledJob): Job => ({ name: job.name, run: job.run, cron: cronOf(job) });

/** Connecting waits until a process has found its feet; a queue that is looked at once a minute costs next to nothing. */
const REST = { delayMs: 10_000, pollSeconds: 60 };

export type ScheduledJobsOptions = Pick<JobsOptions, 'url' | 'schema' | 'logger'> & {
  readonly jobs: readonly ScheduledJob[];
};

/** What is done at its time, once over all replicas, and never two runs of one job at once. */
export const openScheduledJobs = ({ jobs, ...connection }: ScheduledJobsOptions): Jobs =>
  openJobs({ ...connection, ...REST, jobs: jobs.map(toJob) });
