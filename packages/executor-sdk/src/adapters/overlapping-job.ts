import { type Logger, PeriodicJob } from '@pao/runtime';

/** Runs at the same time: what takes long must not hold up what comes after it. */
const AT_ONCE = 8;

export interface OverlappingJobOptions {
  readonly name: string;
  /** Milliseconds from the start of one run to that of the next. */
  readonly intervalMs: number;
  /** One run; it may take as long as the effects that it carries out, and share the time with others. */
  readonly run: () => Promise<unknown>;
  readonly logger: Logger;
}

/** Work that is repeated, whether or not what was found before is through. */
export interface OverlappingJob {
  start(): void;
  /** Resolves when all that is under way has ended. */
  stop(): Promise<void>;
  /** One run, to its end. */
  processOnce(): Promise<void>;
}

export const createOverlappingJob = ({ name, intervalMs, run, logger }: OverlappingJobOptions): OverlappingJob => {
  const underWay = new Set<Promise<unknown>>();
  const begin = async (): Promise<void> => {
    if (underWay.size >= AT_ONCE) return;
    const running = run().catch((error: unknown) => logger.warn({ err: error, job: name }, 'a run failed'));
    underWay.add(running);
    void running.finally(() => underWay.delete(running));
  };
  const job = new PeriodicJob({ name, intervalMs, run: begin, logger });
  return {
    start: () => job.start(),
    stop: async () => {
      await job.stop();
      await Promise.all(underWay);
    },
    processOnce: async () => void (await run()),
  };
};
