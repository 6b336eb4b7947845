import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** So many calls at once are answered soon, whatever else goes on. */
const FEW_CALLS = 16;
/** More than so many are a rush: they make each other wait so long that nothing else should. */
const RUSH_CALLS = 64;
/** Calls that come as the last ones are answered are the same rush. */
const SAME_RUSH_MS = 20;
/** What lasts longer is no rush, but how things are: from then on the background has its share. */
const RUSH_MS = 2_000;
/** After so long the background has its turn, however many calls wait. */
const LONGEST_MS = 2_000;

/** Work in the background, once begun, holds up whoever comes next: in a rush it begins only in a process that does next to nothing. */
const IN_A_RUSH = { lookMs: 20, busy: 0.2 };
/** Above this share of its time the event loop has no turn left to give. */
const OTHERWISE = { lookMs: 5, busy: 0.9 };

let underWay = 0;
let rushBegan = Number.NEGATIVE_INFINITY;
let rushLeft = Number.NEGATIVE_INFINITY;

const isRush = (): boolean => underWay > RUSH_CALLS || performance.now() - rushLeft < SAME_RUSH_MS;

const areMany = (): boolean => underWay > FEW_CALLS || isRush();

const howToLook = (): typeof IN_A_RUSH => (isRush() && performance.now() - rushBegan < RUSH_MS ? IN_A_RUSH : OTHERWISE);

/** A call that somebody waits for has come in; the function returned says that it was answered. Streams don't count. */
export const beginCall = (): (() => void) => {
  if (underWay === RUSH_CALLS && !isRush()) rushBegan = performance.now();
  underWay += 1;
  return () => {
    underWay -= 1;
    if (underWay === RUSH_CALLS) rushLeft = performance.now();
  };
};

/**
 * Lets calls that people wait for go before work that nobody waits for: resolves at once while there are few of them, else when there
 * are few again or this process has time left, at the latest after two seconds. What is put off is done in larger, cheaper batches.
 */
export const giveWay = async (signal: AbortSignal): Promise<void> => {
  if (!areMany()) return;
  const until = performance.now() + LONGEST_MS;
  let before = performance.eventLoopUtilization();
  while (areMany() && performance.now() < until && !signal.aborted) {
    const { lookMs, busy } = howToLook();
    await sleep(lookMs);
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, before).utilization < busy) return;
    before = now;
  }
};
