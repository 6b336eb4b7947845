type RateDecision = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** How often each caller may call. Counts in this process only. */
export interface RateLimits {
  /** Takes one call from the caller's allowance. `caller` is a principal's subject or a network address, with a prefix that tells which. */
  take(caller: string): RateDecision;
}
