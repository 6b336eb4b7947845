export interface BucketLimits {
  /** Calls a second in the long run; 0 switches the limit off. */
  readonly perSecond: number;
  /** Calls at once after a quiet time. */
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  /** Milliseconds, when `tokens` was true. */
  readonly at: number;
}

export const fullBucket = ({ burst }: BucketLimits, at: number): Bucket => ({ tokens: burst, at });

const refill = (bucket: Bucket, { perSecond, burst }: BucketLimits, at: number): number =>
  Math.min(burst, bucket.tokens + (Math.max(0, at - bucket.at) * perSecond) / 1_000);

export const isFull = (bucket: Bucket, limits: BucketLimits, at: number): boolean =>
  refill(bucket, limits, at) >= limits.burst;

export type Taken =
  | { readonly ok: true; readonly bucket: Bucket }
  | { readonly ok: false; readonly bucket: Bucket; readonly retryAfterMs: number };

/** One call out of the bucket, or how long until there is one. */
export const take = (bucket: Bucket, limits: BucketLimits, at: number): Taken => {
  const tokens = refill(bucket, limits, at);
  if (tokens >= 1) return { ok: true, bucket: { tokens: tokens - 1, at } };
  return { ok: false, bucket: { tokens, at }, retryAfterMs: ((1 - tokens) / limits.perSecond) * 1_000 };
};
