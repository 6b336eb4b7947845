import type { Effect } from '@pao/executor-sdk';
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel';
import { isTrouble } from './trouble.ts';

export interface BreakerOptions {
  /** Troubles in a row that open it. */
  readonly failures: number;
  readonly openMs: number;
  readonly now: () => Date;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Breaker {
  readonly state: BreakerState;
  /** When the first of the troubles in a row came. */
  readonly failingSince: Date | undefined;
  /** Milliseconds until one may try it; 0 where nobody has to wait. */
  waitMs(): number;
  readonly run: (effect: Effect['run'], context: Parameters<Effect['run']>[0]) => ReturnType<Effect['run']>;
}

const NAMES = new Map<CircuitState, BreakerState>([
  [CircuitState.Open, 'open'],
  [CircuitState.HalfOpen, 'half-open'],
]);

/**
 * Watches what comes of the calls to one target. A call that has begun is never held up: what is open keeps tasks from beginning.
 * cockatiel counts on the clock of the system.
 */
export const createBreaker = ({ failures, openMs, now }: BreakerOptions): Breaker => {
  const policy = circuitBreaker(handleWhenResult(isTrouble), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  let openedAt = 0;
  let failingSince: Date | undefined;
  policy.onBreak(() => {
    openedAt = now().getTime();
  });
  return {
    get state() {
      return NAMES.get(policy.state) ?? 'closed';
    },
    get failingSince() {
      return failingSince;
    },
    waitMs: () => (policy.state === CircuitState.Open ? Math.max(0, openedAt + openMs - now().getTime()) : 0),
    run: async (effect, context) => {
      const watched = async () => {
        const verdict = await effect(context);
        if (!isTrouble(verdict)) failingSince = undefined;
        else failingSince ??= now();
        return verdict;
      };
      // cockatiel would have it wait for the one call that is let through.
      if (policy.state === CircuitState.HalfOpen) return watched();
      try {
        return await policy.execute(watched);
      } catch (thrown) {
        // It began before the breaker opened.
        if (isBrokenCircuitError(thrown)) return watched();
        throw thrown;
      }
    },
  };
};
