export const FAILURES_BEFORE_PAUSE = 20;

const FIRST_MS = 30_000;
const LONGEST_MS = 2 * 3_600_000;
/** What asks for more patience than this is asked again at that time anyway. */
const LONGEST_ASKED_MS = 6 * 3_600_000;

/**
 * How long to wait after so many failures in a row: growing, with up to a half more, so that what failed together does not come
 * back together.
 */
export const delayOf = (failures: number, random: number, askedMs = 0): number => {
  const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.max(grown, Math.min(askedMs, LONGEST_ASKED_MS)) * (1 + random / 2);
};
