import {
  DEFAULT_RESEND,
  type DefiniteVerdict,
  type Effect,
  type NotExecuted,
  type ResendPolicy,
  type Success,
  scrubSuccess,
  type UnknownOutcome,
  type Verdict,
} from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { evidenceOfExchange, scrubExchange } from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import { type Call, type CallDependencies, type Called, makeCall, resultOf } from './call.ts';
import type { RestApiConfig } from './config.ts';

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a safe call may be asked once more for: the next answer may be another one. */
const PASSING = /^(?:HTTP_(?:408|5\d\d)|RESPONSE_TIMEOUT|RESPONSE_TRUNCATED|CONNECTION_LOST)$/;

const resendOf = ({ retry }: RestApiConfig): ResendPolicy =>
  retry === undefined
    ? DEFAULT_RESEND
    : {
        attempts: retry.attempts,
        backoff: retry.backoff,
        firstDelayMs: retry.delay === undefined ? DEFAULT_RESEND.firstDelayMs : retry.delay * 1_000,
      };

const malformed = (called: Called, status: number): UnknownOutcome => ({
  kind: 'unknown',
  failure: {
    code: 'RESPONSE_MALFORMED',
    message: `The target answered ${status} with a JSON body that does not parse. It has probably done what was asked.`,
    evidence: evidenceOfExchange(scrubExchange(called.exchange, called.scrub)),
  },
});

/** A call that changes nothing is never in doubt: it gave what was asked, or it did not. */
const withoutDoubt = (verdict: Verdict): Verdict => {
  if (verdict.kind !== 'unknown') return verdict;
  const { failure } = verdict;
  const seen = failure.message.replace(/ It (?:may have|has probably) done what was asked.*$/, '');
  const certain = { ...failure, message: `${seen} The call only reads, so nothing was changed.` };
  return { kind: PASSING.test(failure.code) ? 'not-executed' : 'definite-failure', failure: certain };
};

/** What came of a call that was no success, without secrets. */
export const failedCall = (called: Called): DefiniteVerdict | UnknownOutcome | NotExecuted => {
  const { outcome, exchange, scrub } = called;
  if (outcome.kind === 'ok') throw new Error('a success is no failure');
  const message = scrub(outcome.message);
  return toVerdict({ ...outcome, message }, evidenceOfExchange(scrubExchange(exchange, scrub)));
};

const succeeded = (called: Called, offersAll: boolean): Verdict => {
  const { exchange, scrub } = called;
  if (exchange.kind === 'failed') throw new Error('a call without an answer was judged a success');
  const result: JsonObject | undefined = resultOf(exchange);
  if (result === undefined) return malformed(called, exchange.status);
  const { status } = exchange;
  // Cleaned after it was parsed: what is taken out of JSON text may be part of its structure.
  return scrubSuccess({ kind: 'ok', result, offered: offersAll ? result : { status }, evidence: { status } }, scrub);
};

export interface EffectOptions {
  readonly config: RestApiConfig;
  readonly call: Call;
  /** Whether all of the answer is offered, as it is when the document picks nothing. */
  readonly offersAll: boolean;
  /** What a success goes on with. */
  readonly onSuccess: (success: Success) => Success;
}

export const createCallEffect = (
  { config, call, offersAll, onSuccess }: EffectOptions,
  parts: CallDependencies,
): Effect => {
  const { request } = call;
  const safe = SAFE.has(request.method);
  const attempt = async (headers: Readonly<Record<string, string>>, remainingMs: number): Promise<Verdict> => {
    const called = await makeCall({ ...call, request: { ...request, headers } }, remainingMs, parts);
    if (called.kind !== 'called') return called;
    const verdict = called.outcome.kind === 'ok' ? succeeded(called, offersAll) : failedCall(called);
    return verdict.kind === 'ok' ? onSuccess(verdict) : verdict;
  };
  return {
    target: `${request.method} ${request.url.origin}${request.url.pathname}`,
    resend: resendOf(config),
    repeatable: safe,
    run: async ({ name, remainingMs }) => {
      if (safe) return withoutDoubt(await attempt(request.headers, remainingMs));
      return attempt({ 'idempotency-key': `"${name}"`, ...request.headers }, remainingMs);
    },
    probe: async () => ({ kind: 'impossible' }),
  };
};
