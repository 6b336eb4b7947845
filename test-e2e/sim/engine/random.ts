/** Every choice of a run comes from here, so that one seed is one run. */
export interface Random {
  /** 0 up to, but not, 1. */
  next(): number;
  chance(probability: number): boolean;
  /** From 0 up to, but not, `below`. */
  int(below: number): number;
  between(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** Spreads a seed over 32 bits (splitmix32). */
const spread = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
};

/** sfc32, which is small, fast and good enough by far. */
const generator = (seed: number): (() => number) => {
  const part = spread(seed);
  let [a, b, c, counter] = [part(), part(), part(), 1];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
};

export const createRandom = (seed: number): Random => {
  const word = generator(seed);
  for (let round = 0; round < 12; round += 1) word();
  const next = (): number => word() / 0x1_0000_0000;
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    pick: <T>(choices: readonly T[]): T => {
      if (choices.length === 0) throw new RangeError('there is nothing to pick from');
      return choices[int(choices.length)] as T;
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => word() & 0xff),
  };
};
