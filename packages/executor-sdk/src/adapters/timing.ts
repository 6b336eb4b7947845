import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../core/ports/timing.ts';

export const systemTiming: Timing = {
  elapsed: () => performance.now(),
  sleep: (ms) => sleep(ms),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
