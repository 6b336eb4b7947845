import { withProbeNote } from '../domain/ending.ts';
import type { TaskLog } from '../domain/task-log.ts';
import type { Ending, UnknownOutcome } from '../domain/verdict.ts';
import type { Effect, Probe } from '../ports/action-runner.ts';
import type { Timing } from '../ports/timing.ts';

/** Searches lag behind what they search, so one look is not enough. Milliseconds before each. */
const LOOKS = [0, 2_000, 6_000];
/** For all looks together; within the margin of the lease. */
const BUDGET_MS = 20_000;

/** What is looked for, by the name it carries, and what is the case when it is not found. */
export interface Search {
  readonly effect: Effect;
  readonly name: string;
  readonly otherwise: UnknownOutcome;
  readonly log: TaskLog;
}

export type FindEffect = (search: Search) => Promise<Ending>;

const logLook = (log: TaskLog, probe: Probe): void => {
  if (probe.kind === 'found') log.add('info', 'looked at the target: one object carries the name');
  if (probe.kind === 'inconclusive') log.add('warn', `looked at the target: ${probe.note}`);
};

/** Settles an unknown outcome by looking at the target: the one object that carries the name is adopted, else it stays unknown. */
export const createFindEffect = (timing: Timing): FindEffect => {
  const look = async ({ effect, name, log }: Omit<Search, 'otherwise'>): Promise<Probe> => {
    const deadline = timing.elapsed() + BUDGET_MS;
    let probe: Probe = { kind: 'impossible' };
    for (const delay of LOOKS) {
      if (delay > 0) await timing.sleep(delay);
      const remainingMs = deadline - timing.elapsed();
      if (remainingMs <= 0) return probe;
      probe = await effect.probe({ name, remainingMs });
      logLook(log, probe);
      if (probe.kind !== 'inconclusive' || !probe.again) return probe;
    }
    return probe;
  };
  return async ({ effect, name, otherwise, log }) => {
    const probe = await look({ effect, name, log });
    switch (probe.kind) {
      case 'found':
        log.add('info', 'the effect was found at the target and is taken for this one');
        return { ...probe.success, evidence: { ...probe.success.evidence, adopted: true } };
      case 'inconclusive':
        return withProbeNote(otherwise, probe.note);
      case 'impossible':
        return otherwise;
      default:
        return probe satisfies never;
    }
  };
};
