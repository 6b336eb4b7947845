import { setTimeout as sleep } from 'node:timers/promises';

/** A growing pause with full jitter: between half of it and all of `firstMs * 2^attempt`, at most `maxMs`. */
export const backoffMs = (attempt: number, limits: { readonly firstMs: number; readonly maxMs: number }): number => {
  const ceiling = Math.min(limits.firstMs * 2 ** Math.min(attempt, 30), limits.maxMs);
  return Math.round(ceiling * (0.5 + Math.random() / 2));
};

/** Sleeps, or returns at once when the signal aborts. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => {});
};
