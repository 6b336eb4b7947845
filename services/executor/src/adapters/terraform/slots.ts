/** So many at once. `take` waits for a free one for so long; what it gives back frees it. */
export interface Slots {
  take(waitMs: number): Promise<(() => void) | undefined>;
}

export const createSlots = (count: number): Slots => {
  let free = count;
  const waiting: ((release: () => void) => void)[] = [];
  const releaseOnce = (): (() => void) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = waiting.shift();
      if (next) next(releaseOnce());
      else free += 1;
    };
  };
  return {
    take: (waitMs) => {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(releaseOnce());
      }
      const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>();
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        resolve(undefined);
      }, waitMs);
      const begin = (release: () => void): void => {
        clearTimeout(timer);
        resolve(release);
      };
      waiting.push(begin);
      return promise;
    },
  };
};
