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
  /** Never rejects: why a run failed is in the log alone, since it may be a secret. */
  run(job: Job, expired: AbortSignal): Promise<'done' | 'failed'>;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
}

export const createRunner = (logger: JobsLogger, stopping: AbortSignal): Runner => {
  const underWay = new Set<Promise<unknown>>();

  const attempt = async ({ name, run }: Job, expired: AbortSignal): Promise<'done' | 'failed'> => {
    try {
      await run(AbortSignal.any([stopping, expired]));
      logger.debug({ job: name }, 'a scheduled run ended');
      return 'done';
    } catch (error) {
      if (!stopping.aborted)
        logger.warn({ err: error, job: name }, 'a scheduled run failed; the next one comes in time');
      return 'failed';
    }
  };

  return {
    run: async (job, expired) => {
      if (stopping.aborted) return 'failed';
      const attempted = attempt(job, expired);
      underWay.add(attempted);
      const outcome = await attempted;
      underWay.delete(attempted);
      return outcome;
    },
    idle: async () => void (await Promise.all(underWay)),
  };
};
