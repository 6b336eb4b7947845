export interface Job {
  /** Letters, digits, `-` and `_`; unique in the service. */
  readonly name: string;
  /** Five fields, in UTC, such as `0 3 * * *` for three in the night. */
  readonly cron: string;
  /** One run. `signal` ends it at a stop, or when it has taken too long. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface JobsLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface Runner {
  /** Rejects when the run threw, without saying why: that is in the log, and may be a secret. */
  run(job: Job, expired: AbortSignal): Promise<void>;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
}

export const createRunner = (logger: JobsLogger, stopping: AbortSignal): Runner => {
  const underWay = new Set<Promise<void>>();

  const attempt = async ({ name, run }: Job, expired: AbortSignal): Promise<void> => {
    try {
      await run(AbortSignal.any([stopping, expired]));
      logger.debug({ job: name }, 'a scheduled run ended');
    } catch (error) {
      if (!stopping.aborted)
        logger.warn({ err: error, job: name }, 'a scheduled run failed; the next one comes in time');
      throw new Error('the run failed; the reason is in the log of the service');
    }
  };

  return {
    run: async (job, expired) => {
      if (stopping.aborted) return;
      const attempted = attempt(job, expired);
      underWay.add(attempted);
      try {
        await attempted;
      } finally {
        underWay.delete(attempted);
      }
    },
    idle: async () => void (await Promise.allSettled(underWay)),
  };
};
