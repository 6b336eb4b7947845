import { type Scrub, scrubJson } from '@pao/kernel';
import type { Failure, Success, Verdict } from './verdict.ts';

export const scrubFailure = ({ code, message, evidence }: Failure, scrub: Scrub): Failure => ({
  code,
  message: scrub(message),
  ...(evidence && { evidence: scrubJson(evidence, scrub) }),
});

export const scrubSuccess = (success: Success, scrub: Scrub): Success => ({
  ...success,
  result: scrubJson(success.result, scrub),
  offered: scrubJson(success.offered, scrub),
  evidence: scrubJson(success.evidence, scrub),
  ...(success.externalRef !== undefined && { externalRef: scrub(success.externalRef) }),
});

export const scrubVerdict = (verdict: Verdict, scrub: Scrub): Verdict =>
  verdict.kind === 'ok' ? scrubSuccess(verdict, scrub) : { ...verdict, failure: scrubFailure(verdict.failure, scrub) };
