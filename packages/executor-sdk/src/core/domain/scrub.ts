import { type Scrub, scrubJson } from '@pao/kernel';
import type { Failure, NextStep, Park, Success, Verdict } from './verdict.ts';

export const scrubFailure = ({ code, message, evidence }: Failure, scrub: Scrub): Failure => ({
  code,
  message: scrub(message),
  ...(evidence && { evidence: scrubJson(evidence, scrub) }),
});

/** States too: they are kept as they are. */
export const scrubNext = <N extends NextStep | Park>(next: N, scrub: Scrub): N => ({
  ...next,
  state: scrubJson(next.state, scrub),
  ...('what' in next && { what: scrub(next.what) }),
  ...('url' in next && next.url !== undefined && { url: scrub(next.url) }),
  ...('details' in next && { details: scrub(next.details) }),
});

export const scrubSuccess = (success: Success, scrub: Scrub): Success => ({
  ...success,
  result: scrubJson(success.result, scrub),
  offered: scrubJson(success.offered, scrub),
  evidence: scrubJson(success.evidence, scrub),
  ...(success.externalRef !== undefined && { externalRef: scrub(success.externalRef) }),
  ...(success.next && { next: scrubNext(success.next, scrub) }),
});

export const scrubVerdict = (verdict: Verdict, scrub: Scrub): Verdict =>
  verdict.kind === 'ok' ? scrubSuccess(verdict, scrub) : { ...verdict, failure: scrubFailure(verdict.failure, scrub) };
