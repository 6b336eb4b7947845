import { randomFillSync } from 'node:crypto';

const SIZE = 4_096;

/**
 * Random bytes from a supply that is filled in one go: a submission needs a dozen ids, and asking the system costs more than the
 * rest of an id. What it returns is valid until the next call.
 */
export const createPooledRandom = (): ((bytes: number) => Uint8Array) => {
  const supply = Buffer.alloc(SIZE);
  let used = SIZE;
  return (bytes) => {
    if (used + bytes > SIZE) {
      randomFillSync(supply);
      used = 0;
    }
    used += bytes;
    return supply.subarray(used - bytes, used);
  };
};
