import type { Clock } from '@pao/kernel';

/** When this process last found out what the source holds: a sync that finds nothing new is written nowhere. */
export interface LastCheck {
  readonly mark: () => void;
  readonly at: () => Date | null;
}

export const createLastCheck = (now: Clock): LastCheck => {
  let last: Date | null = null;
  return {
    mark: () => {
      last = now();
    },
    at: () => last,
  };
};
