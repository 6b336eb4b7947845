import type { JsonObject } from '@pao/kernel';
import type { Ending, UnknownOutcome } from './verdict.ts';

/** What helps a person to look an effect up where it would be. */
export interface Trail {
  /** The attempt's name, which the effect carries. */
  readonly attempt: string;
  readonly target: string;
  readonly tries: number;
}

const merged = (trail: Trail, evidence: JsonObject | undefined): JsonObject => ({ ...trail, ...evidence });

/** The ending with the trail in its evidence. */
export const withTrail = (ending: Ending, trail: Trail): Ending => {
  if (ending.kind === 'ok') return { ...ending, evidence: merged(trail, ending.evidence) };
  const { failure } = ending;
  return { ...ending, failure: { ...failure, evidence: merged(trail, failure.evidence) } };
};

export const evidenceOf = (ending: Ending): JsonObject =>
  ending.kind === 'ok' ? ending.evidence : (ending.failure.evidence ?? {});

/** The ending of an attempt whose process went away between the start and the record of the end. */
export const interrupted = (startedAt: Date, note?: string): UnknownOutcome => ({
  kind: 'unknown',
  failure: {
    code: 'ATTEMPT_INTERRUPTED',
    message:
      `The executor stopped after ${startedAt.toISOString()}, between the start of this effect and the record of its end. ` +
      'It may have happened: look at the target before you retry.',
    ...(note !== undefined && { evidence: { probe: note } }),
  },
});

/** An unknown outcome, with what a look at the target found added. */
export const withProbeNote = (ending: UnknownOutcome, note: string): UnknownOutcome => ({
  ...ending,
  failure: { ...ending.failure, evidence: { ...ending.failure.evidence, probe: note } },
});
