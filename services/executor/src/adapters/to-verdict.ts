import type { DefiniteVerdict, NotExecuted, UnknownOutcome } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import type { HttpOutcome } from '@pao/outgoing';

/** An outcome that is no success, with what was seen. */
export const toVerdict = (
  outcome: Exclude<HttpOutcome, { kind: 'ok' }>,
  evidence: JsonObject,
): DefiniteVerdict | UnknownOutcome | NotExecuted => {
  // Whoever reads this decides whether to have it done again.
  const hint = outcome.kind === 'unknown' ? ' It may have done what was asked: look before you retry.' : '';
  const failure = { code: outcome.code, message: `${outcome.message}${hint}`, evidence };
  if (outcome.kind !== 'not-executed') return { kind: outcome.kind, failure };
  return {
    kind: outcome.kind,
    failure,
    ...(outcome.retryAfterMs !== undefined && { retryAfterMs: outcome.retryAfterMs }),
  };
};
