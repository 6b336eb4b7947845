/** What a target takes of this process; absent: as much as comes. */
export interface LimitRule {
  readonly concurrency?: number | undefined;
  readonly perMinute?: number | undefined;
}

export interface Limit {
  /** Milliseconds to wait with so many ahead, and which of the rules says so; undefined: none. */
  wait(ahead: number): { readonly ms: number; readonly reason: string } | undefined;
  begin(): void;
  end(): void;
  /** A call more within what has begun. */
  count(): void;
  readonly running: number;
}

const MINUTE_MS = 60_000;
/** When a place may be free again nobody knows; those behind come back later. */
const FREE_PLACE_MS = 250;
const FREE_PLACE_MOST_MS = 5_000;

const calls = (count: number): string => (count === 1 ? 'one call' : `${count} calls`);

/** Calls at once and in any sixty seconds. */
export const createLimit = ({ concurrency, perMinute }: LimitRule, elapsed: () => number): Limit => {
  let running = 0;
  /** Of the last minute, the oldest first. */
  const starts: number[] = [];

  const untilPlace = (ahead: number): number => {
    const taken = ahead - ((concurrency ?? Number.POSITIVE_INFINITY) - running);
    return taken < 0 ? 0 : Math.min(FREE_PLACE_MS * (1 + taken), FREE_PLACE_MOST_MS);
  };

  const untilAllowed = (ahead: number): number => {
    if (perMinute === undefined) return 0;
    while ((starts[0] ?? Number.POSITIVE_INFINITY) <= elapsed() - MINUTE_MS) starts.shift();
    const over = starts.length + ahead - perMinute;
    if (over < 0) return 0;
    const rounds = Math.floor(over / perMinute);
    return (starts[over % perMinute] ?? elapsed()) + MINUTE_MS * (rounds + 1) - elapsed();
  };

  const count = (): void => {
    if (perMinute !== undefined) starts.push(elapsed());
  };

  return {
    wait: (ahead) => {
      const [place, allowed] = [untilPlace(ahead), untilAllowed(ahead)];
      if (Math.max(place, allowed) <= 0) return undefined;
      const reason =
        allowed > place
          ? `takes ${calls(perMinute ?? 0)} a minute of this executor`
          : `takes ${calls(concurrency ?? 0)} at once of this executor`;
      return { ms: Math.ceil(Math.max(place, allowed)), reason };
    },
    begin: () => {
      running += 1;
      count();
    },
    end: () => {
      running -= 1;
    },
    count,
    get running() {
      return running;
    },
  };
};
