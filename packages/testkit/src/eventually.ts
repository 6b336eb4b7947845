import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** 10,000 when absent. */
  readonly timeoutMs?: number;
  /** 10 when absent. */
  readonly everyMs?: number;
}

/**
 * Asks until the answer is there: neither thrown, nor undefined, nor false.
 * @throws what was thrown last, or an error, once the time is over
 */
export const eventually = async <T>(
  ask: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 10 }: EventuallyOptions = {},
): Promise<Exclude<Awaited<T>, undefined | false>> => {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const isLast = performance.now() >= end;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<Awaited<T>, undefined | false>;
    } catch (error) {
      if (isLast) throw error;
    }
    if (isLast) throw new Error(`not within ${timeoutMs} ms`);
    await sleep(everyMs);
  }
};
