import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, PgBoss } from 'pg-boss';
import { startBoss } from './boss.ts';
import { createRunner, type Job, type JobsLogger } from './runner.ts';

export type { Job } from './runner.ts';

export interface JobsOptions {
  readonly url: string;
  /** The service's; the jobs have one of their own beside it, `<schema>_jobs`, made when absent. */
  readonly schema: string;
  readonly logger: JobsLogger;
  readonly jobs: readonly Job[];
  /** How long `start` waits before it connects, so that a process that has just started has the machine for its own work. */
  readonly delayMs?: number;
  /** How often each job's queue is looked at; a job begins that much later than its time at most. */
  readonly pollSeconds?: number;
  /** For tests: time that they move themselves. */
  readonly clock?: Clock;
}

export interface Jobs {
  /** Returns at once: connecting goes on behind it and is tried again for as long as the database is away. */
  start(): void;
  /** Ends the runs under way by their signal and waits for them. */
  stop(): Promise<void>;
}

const RETRY_MS = { least: 1_000, most: 60_000 };

/**
 * Runs jobs at their times, each once over all the processes that name it, and never two runs of one job at once. A run that throws
 * is logged; the next one comes at the next time. A time that passes while no process runs is left out.
 */
export const openJobs = ({ logger, jobs, delayMs = 0, ...connection }: JobsOptions): Jobs => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const runner = createRunner(logger, signal);
  let boss: PgBoss | undefined;
  let starting: Promise<void> | undefined;

  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);

  const connect = async (): Promise<void> => {
    if (delayMs > 0) await pause(delayMs);
    for (let wait = RETRY_MS.least; !signal.aborted; wait = Math.min(wait * 2, RETRY_MS.most)) {
      try {
        boss = await startBoss({ ...connection, logger, jobs, run: runner.run, signal });
        return;
      } catch (error) {
        logger.warn({ err: error }, 'scheduled jobs cannot start yet');
        await pause(wait);
      }
    }
  };

  return {
    start: () => {
      if (jobs.length > 0) starting ??= connect();
    },
    stop: async () => {
      stopping.abort();
      await starting;
      await runner.idle();
      // The runs have ended. The workers may be asking for the next: they are let finish, or they would miss their connections.
      await Promise.all(jobs.map(async ({ name }) => boss?.offWork(name)));
      await boss?.stop({ graceful: false });
    },
  };
};
