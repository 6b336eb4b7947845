import type { Logger } from '@pao/runtime';

export interface BackgroundSync {
  /** Begins a sync and does not wait for it. */
  kick(): void;
  /** Resolves when what was kicked has ended. */
  settled(): Promise<void>;
}

/** Syncs for whoever must answer at once. One that fails is logged: the schedule comes by again. */
export const createBackgroundSync = (sync: () => Promise<void>, logger: Logger): BackgroundSync => {
  let last = Promise.resolve();
  return {
    kick: () => {
      last = sync().catch((error: unknown) =>
        logger.warn({ err: error }, 'the catalog could not be read after a push; the next scheduled sync tries again'),
      );
    },
    settled: () => last,
  };
};
