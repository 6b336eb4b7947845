import type { Verdict } from '@pao/executor-sdk';

/** There was no answer, or none that came in time. */
const NO_ANSWER = new Set([
  'DNS_FAILED',
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'TLS_FAILED',
  'CONNECTION_LOST',
  'RESPONSE_TIMEOUT',
]);

/** Whether a try says that the target itself is in trouble, not what was asked of it. */
export const isTrouble = (verdict: unknown): boolean => {
  const { kind, failure } = verdict as Partial<Exclude<Verdict, { kind: 'ok' }>>;
  if (kind === undefined || failure === undefined) return false;
  const status = failure.evidence?.['status'];
  return (
    NO_ANSWER.has(failure.code) || /^HTTP_5\d\d$/.test(failure.code) || (typeof status === 'number' && status >= 500)
  );
};

/** How long the target asked to be left alone. */
export const patienceOf = (verdict: Verdict): number | undefined =>
  verdict.kind === 'not-executed' ? verdict.retryAfterMs : undefined;

/** Scheme, host and port that an effect names as its target; undefined for one that calls nobody by address. */
export const originOf = (target: string): string | undefined => {
  const url = /https?:\/\/[^\s/?#]+/i.exec(target)?.[0];
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
};
