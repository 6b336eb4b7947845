import { Worker } from 'node:worker_threads';
import type { SeedResult } from './run-seed.ts';
import type { WorkerInput } from './worker.ts';

/** Seeds a thread gets at a time. */
const PORTION = 10;

export interface SeedsOptions extends WorkerInput {
  readonly from: number;
  readonly count: number;
  readonly jobs: number;
  /** Told of every run; says whether to go on. */
  readonly onResult: (result: SeedResult) => boolean;
}

/** Runs seeds in threads of their own, until all are done or `onResult` has seen enough. */
export const runSeeds = async ({ from, count, jobs, onResult, ...input }: SeedsOptions): Promise<void> => {
  let next = from;
  let goesOn = true;
  const portion = (): readonly number[] => {
    const length = goesOn ? Math.max(0, Math.min(PORTION, from + count - next)) : 0;
    const seeds = Array.from({ length }, (_, index) => next + index);
    next += length;
    return seeds;
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: input });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      worker.on('message', (message: SeedResult | 'more') => {
        if (message !== 'more') {
          goesOn = goesOn && onResult(message);
          if (!goesOn) void worker.terminate();
          return;
        }
        const seeds = portion();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
        if (seeds.length > 0) worker.postMessage(seeds);
        else void worker.terminate();
      });
    });
  await Promise.all(Array.from({ length: jobs }, work));
};

/** The first run that finds something wrong; undefined when all went well. */
export const findViolation = async (options: Omit<SeedsOptions, 'onResult'>): Promise<SeedResult | undefined> => {
  let found: SeedResult | undefined;
  await runSeeds({
    ...options,
    onResult: (result) => {
      if (result.violations.length > 0) found ??= result;
      return found === undefined;
    },
  });
  return found;
};
