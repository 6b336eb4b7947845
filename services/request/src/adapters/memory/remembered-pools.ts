import { type Pool, poolsOf } from '../../core/domain/pools.ts';
import type { Executors } from '../../core/ports/executors.ts';
import type { KnownPools } from '../../core/ports/known-pools.ts';

/** What is silent after five minutes need not be known to the second. */
const KEEP_MS = 5_000;

export interface RememberedPoolsOptions {
  readonly executors: Pick<Executors, 'list'>;
  /** Pools that have a queue. */
  readonly queues: readonly string[];
  readonly now: () => Date;
}

/** Pools as they were a moment ago, so that not every look at a request asks for them. */
export const createRememberedPools = ({ executors, queues, now }: RememberedPoolsOptions): KnownPools => {
  let known: { readonly pools: Promise<readonly Pool[]>; readonly at: number } | undefined;
  return {
    read: () => {
      const at = now().getTime();
      if (known && at - known.at < KEEP_MS) return known.pools;
      const pools = executors.list().then((announcements) => poolsOf(announcements, queues, now()));
      known = { pools, at };
      pools.catch(() => {
        known = undefined;
      });
      return pools;
    },
    forget: () => {
      known = undefined;
    },
  };
};
