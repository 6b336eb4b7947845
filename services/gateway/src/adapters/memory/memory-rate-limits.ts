import { type Bucket, type BucketLimits, fullBucket, isFull, take } from '../../core/domain/token-bucket.ts';
import type { RateLimits } from '../../core/ports/rate-limits.ts';

const MAX_CALLERS = 100_000;

/** Buckets by caller. Full ones say nothing and are dropped once there are too many; then, if need be, the oldest. */
export const createMemoryRateLimits = (limits: BucketLimits, now: () => number): RateLimits => {
  const buckets = new Map<string, Bucket>();
  const makeRoom = (at: number): void => {
    for (const [caller, bucket] of buckets) {
      if (isFull(bucket, limits, at)) buckets.delete(caller);
    }
    for (const caller of buckets.keys()) {
      if (buckets.size < MAX_CALLERS) return;
      buckets.delete(caller);
    }
  };
  return {
    take: (caller) => {
      if (limits.perSecond === 0) return { ok: true };
      const at = now();
      const known = buckets.get(caller);
      if (!known && buckets.size >= MAX_CALLERS) makeRoom(at);
      const taken = take(known ?? fullBucket(limits, at), limits, at);
      buckets.set(caller, taken.bucket);
      return taken;
    },
  };
};
