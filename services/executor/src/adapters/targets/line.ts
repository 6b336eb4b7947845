/** Who waits before one target, in the order of their coming. Whoever does not come back in time has lost the place. */
export interface Line {
  /** How many wait that came before; all of them for one that is new. */
  ahead(key: string): number;
  /** @returns whether it is new in the line. */
  join(key: string, untilMs: number): boolean;
  leave(key: string): void;
  readonly length: number;
}

export const createLine = (elapsed: () => number): Line => {
  const until = new Map<string, number>();
  return {
    ahead: (key) => {
      let before = 0;
      for (const [other, end] of until) {
        if (other === key) return before;
        if (end < elapsed()) until.delete(other);
        else before += 1;
      }
      return before;
    },
    join: (key, untilMs) => {
      const isNew = !until.has(key);
      until.set(key, untilMs);
      return isNew;
    },
    leave: (key) => void until.delete(key),
    get length() {
      return until.size;
    },
  };
};
