import type { Admission, Effect, Gate, Visit } from '@pao/executor-sdk';
import type { BreakerState } from './breaker.ts';
import type { LimitRule } from './limit.ts';
import { createTarget, type Target } from './target.ts';
import { originOf, patienceOf } from './trouble.ts';

export interface TargetGateOptions {
  /** Troubles in a row that open a breaker; and how long it stays open before one call is let through. */
  readonly breaker: { readonly failures: number; readonly openMs: number };
  /** By `host:port`, by host, or `*` for each other one. */
  readonly limits: ReadonlyMap<string, LimitRule>;
  readonly elapsed: () => number;
  readonly now: () => Date;
}

export interface BreakerReading {
  readonly target: string;
  readonly type: string;
  readonly state: BreakerState;
}

export interface TargetGate extends Gate {
  /** Of the targets called lately, those in trouble first; at most a hundred. */
  breakers(): readonly BreakerReading[];
}

const MOST_TARGETS = 1_000;
const MOST_READINGS = 100;
/** Looked at again after so long, however long it lasts: what is asked for may change. */
const LONGEST_WAIT_MS = 60_000;
/** How much later than it was told somebody may come back without losing its place. */
const GRACE_MS = 10_000;

const ruleFor = (limits: TargetGateOptions['limits'], origin: string): LimitRule => {
  const { host, hostname, port, protocol } = new URL(origin);
  const full = port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
  return limits.get(full) ?? limits.get(hostname) ?? limits.get('*') ?? {};
};

/** The gate before targets, by scheme, host and port; its breakers tell action types apart. All of it is of this process alone. */
export const createTargetGate = (options: TargetGateOptions): TargetGate => {
  const { limits, elapsed } = options;
  const targets = new Map<string, Target>();

  const targetOf = (origin: string): Target => {
    const known = targets.get(origin);
    const target = known ?? createTarget({ ...options, rule: ruleFor(limits, origin) });
    // The last one called is the last to be forgotten.
    targets.delete(origin);
    targets.set(origin, target);
    for (const [other, { isIdle }] of targets) if (targets.size > MOST_TARGETS && isIdle()) targets.delete(other);
    return target;
  };

  const admit = (target: Target, { key, type, effect }: Visit): Admission => {
    target.line.leave(key);
    target.limit.begin();
    const release = target.probe(type);
    let tries = 0;
    const run: Effect['run'] = async (context) => {
      tries += 1;
      if (tries > 1) target.limit.count();
      const verdict = await target.breaker(type).run((given) => effect.run(given), context);
      target.leaveAlone(patienceOf(verdict));
      return verdict;
    };
    const leave = (): void => {
      target.limit.end();
      release();
    };
    return { kind: 'admitted', effect: { ...effect, run }, leave };
  };

  return {
    enter: (visit) => {
      const origin = originOf(visit.effect.target);
      if (origin === undefined) return { kind: 'admitted', effect: visit.effect, leave: () => undefined };
      const target = targetOf(origin);
      const wait = target.wait(visit.type, target.line.ahead(visit.key));
      if (wait === undefined) return admit(target, visit);
      const afterMs = Math.min(wait.ms, LONGEST_WAIT_MS);
      const first = target.line.join(visit.key, elapsed() + afterMs + GRACE_MS);
      return { kind: 'wait', afterMs, reason: `${origin} ${wait.reason}`, first };
    },
    breakers: () =>
      [...targets]
        .toReversed()
        .flatMap(([target, { states }]) => states().map(([type, state]) => ({ target, type, state })))
        .toSorted((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed'))
        .slice(0, MOST_READINGS),
  };
};
