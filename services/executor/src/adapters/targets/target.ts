import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import type { TargetGateOptions } from './gate.ts';
import { createLimit, type Limit, type LimitRule } from './limit.ts';
import { createLine, type Line } from './line.ts';

export interface Target {
  readonly line: Line;
  readonly limit: Limit;
  breaker(type: string): Breaker;
  /** Why, and for how long, somebody with so many ahead has to wait; undefined: not at all. */
  wait(type: string, ahead: number): { readonly ms: number; readonly reason: string } | undefined;
  /** The one that tries an open breaker; the function that is given back ends that. */
  probe(type: string): () => void;
  /** The target asked for it. */
  leaveAlone(ms: number | undefined): void;
  readonly states: () => readonly (readonly [type: string, state: BreakerState])[];
  readonly isIdle: () => boolean;
}

/** While one call tries whether the target is back. */
const PROBED_MS = 1_000;
/** No target keeps us away for longer by a single answer. */
const LONGEST_PATIENCE_MS = 15 * 60_000;

/** What is known here of one target. */
export const createTarget = ({
  breaker: settings,
  rule,
  elapsed,
  now,
}: TargetGateOptions & { readonly rule: LimitRule }): Target => {
  const [line, limit] = [createLine(elapsed), createLimit(rule, elapsed)];
  const breakers = new Map<string, Breaker>();
  const probed = new Set<string>();
  let alone = 0;
  let aloneUntil = new Date(0);

  const breaker = (type: string): Breaker => {
    const known = breakers.get(type) ?? createBreaker({ ...settings, now });
    breakers.set(type, known);
    return known;
  };

  const untilTried = (type: string, ahead: number): number => {
    const known = breakers.get(type);
    if (known === undefined || known.state === 'closed') return 0;
    const isTaken = known.state === 'half-open' || probed.has(type) || ahead > 0;
    return known.waitMs() || (isTaken ? PROBED_MS : 0);
  };

  return {
    line,
    limit,
    breaker,
    wait: (type, ahead) => {
      const left = alone - elapsed();
      if (left > 0) return { ms: Math.ceil(left), reason: `asked to be left alone until ${aloneUntil.toISOString()}` };
      const tried = untilTried(type, ahead);
      if (tried <= 0) return limit.wait(ahead);
      const since = breaker(type).failingSince?.toISOString() ?? 'a while';
      return { ms: tried, reason: `has been failing since ${since}` };
    },
    probe: (type) => {
      if (breaker(type).state === 'closed') return () => undefined;
      probed.add(type);
      return () => void probed.delete(type);
    },
    leaveAlone: (ms) => {
      if (ms === undefined) return;
      const patience = Math.min(ms, LONGEST_PATIENCE_MS);
      alone = Math.max(alone, elapsed() + patience);
      aloneUntil = new Date(now().getTime() + (alone - elapsed()));
    },
    states: () => [...breakers].map(([type, { state }]) => [type, state] as const),
    isIdle: () =>
      limit.running === 0 &&
      line.length === 0 &&
      alone <= elapsed() &&
      [...breakers.values()].every(({ failingSince }) => failingSince === undefined),
  };
};
