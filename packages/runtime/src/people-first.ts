import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** So many calls at once are answered soon, whatever else goes on. */
const FEW_CALLS = 16;
/** Above this share of its time the event loop has no turn left to give. */
const BUSY = 0.9;
const LOOK_MS = 5;
/** After so long the background has its turn, however many calls wait. */
const LONGEST_MS = 2_000;

let underWay = 0;

/** A call that somebody waits for has come in; the function returned says that it was answered. Streams don't count. */
export const beginCall = (): (() => void) => {
  underWay += 1;
  return () => {
    underWay -= 1;
  };
};

/**
 * Lets calls that people wait for go before work that nobody waits for: resolves at once while there are few of them or this process
 * has time left, else as soon as that is so, at the latest after two seconds. What is put off is done in larger, cheaper batches.
 */
export const giveWay = async (signal: AbortSignal): Promise<void> => {
  if (underWay <= FEW_CALLS) return;
  const until = performance.now() + LONGEST_MS;
  let before = performance.eventLoopUtilization();
  while (underWay > FEW_CALLS && performance.now() < until && !signal.aborted) {
    await sleep(LOOK_MS);
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, before).utilization < BUSY) return;
    before = now;
  }
};
