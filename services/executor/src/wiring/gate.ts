import { type Gate, systemTiming } from '@pao/executor-sdk';
import type { Metrics } from '@pao/runtime';
import type { BreakerState } from '../adapters/targets/breaker.ts';
import { createTargetGate } from '../adapters/targets/gate.ts';
import type { Config } from '../config.ts';

const VALUES: { readonly [state in BreakerState]: number } = { closed: 0, 'half-open': 1, open: 2 };

/** The gate before targets, seen in the metrics. */
export const createGate = ({ targets }: Pick<Config, 'targets'>, metrics: Metrics): Gate => {
  const gate = createTargetGate({
    breaker: targets.breaker,
    limits: new Map(targets.limits),
    elapsed: systemTiming.elapsed,
    now: () => new Date(),
  });
  metrics.gauge(
    'pao_breaker_state',
    'Whether tasks wait for a target that fails: 0 no, 1 one tries it again, 2 yes',
    () => gate.breakers().map(({ target, type, state }) => ({ labels: { target, type }, value: VALUES[state] })),
  );
  return gate;
};
