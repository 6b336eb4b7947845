import type { Timing } from '../core/ports/timing.ts';

export interface VirtualTime extends Timing {
  /** Lets time pass, running what falls due. */
  advance(ms: number): void;
  /** All sleeps so far, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** Time that passes only when somebody sleeps or it is told to. Jitter is half of its range. */
export const virtualTime = (): VirtualTime => {
  let elapsed = 0;
  const sleeps: number[] = [];
  let timers: { readonly at: number; readonly work: () => void }[] = [];
  const advance = (ms: number): void => {
    elapsed += ms;
    const due = timers.filter(({ at }) => at <= elapsed);
    timers = timers.filter(({ at }) => at > elapsed);
    for (const { work } of due) work();
  };
  return {
    sleeps,
    advance,
    elapsed: () => elapsed,
    sleep: async (ms) => {
      sleeps.push(ms);
      advance(ms);
    },
    after: (ms, work) => {
      const timer = { at: elapsed + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    random: () => 0.5,
  };
};
