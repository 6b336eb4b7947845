import { TransientError } from '@pao/kernel';
import type { Timing } from '../ports/timing.ts';

/** Writes what must not be lost, again and again until `until` on the scale of `timing.elapsed()`. The write is safe to repeat. */
export const persist = async <T>(timing: Timing, until: number, write: () => Promise<T>): Promise<T> => {
  for (let failures = 0; ; failures += 1) {
    try {
      return await write();
    } catch (thrown) {
      const pause = Math.min(100 * 2 ** failures, 2_000) * (0.5 + timing.random() / 2);
      if (!(thrown instanceof TransientError) || timing.elapsed() + pause > until) throw thrown;
      await timing.sleep(pause);
    }
  }
};
