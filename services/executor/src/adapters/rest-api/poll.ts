import {
  type Action,
  type Failure,
  type Look,
  type LookContext,
  type Park,
  type Success,
  scrubSuccess,
  type UnknownOutcome,
} from '@pao/executor-sdk';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import { evidenceOfExchange, scrubExchange } from '@pao/outgoing';
import { type Call, type CallDependencies, type Called, type CallResult, makeCall, resultOf } from './call.ts';
import { failedCall } from './effect.ts';
import type { PollPlan } from './poll-plan.ts';

/** For one look. */
const LOOK_MS = 30_000;
const MAX_PAUSE_MS = 3_600_000;
/** So often in a row an answer that means "wrong address" or "not for you" is asked again. */
const MAX_REFUSALS = 3;
/** JSON text of the first answer that is kept; a larger body is left out. */
const MAX_CREATED = 65_536;

/** What is kept between looks. */
interface PollState {
  /** The first answer. */
  readonly created: JsonObject;
  /** Epoch milliseconds. */
  readonly until: number;
  /** Answers in a row that no later one is likely to differ from. */
  readonly refusals: number;
}

const stateOf = (state: JsonObject): PollState => ({
  created: isJsonObject(state['created']) ? state['created'] : {},
  until: Number(state['until'] ?? 0),
  refusals: Number(state['refusals'] ?? 0),
});

const kept = (result: JsonObject): JsonObject =>
  JSON.stringify(result).length <= MAX_CREATED ? result : { status: result['status'] ?? null, bodyOmitted: true };

const parked = (plan: PollPlan, state: PollState, nowMs: number, pauseMs = plan.intervalMs): Park => ({
  kind: 'check',
  what: `an answer of ${plan.url.origin}${plan.url.pathname} that says it is done`,
  url: `${plan.url.origin}${plan.url.pathname}`,
  afterMs: Math.min(Math.max(pauseMs, plan.intervalMs), MAX_PAUSE_MS),
  atMostMs: Math.max(1, state.until - nowMs),
  state: { ...state },
});

/** A success that is not over until the target says so. */
export const withPoll = (success: Success, plan: PollPlan, nowMs: number): Success => {
  const state = { created: kept(success.result), until: nowMs + plan.timeoutMs, refusals: 0 };
  return { ...success, next: parked(plan, state, nowMs) };
};

const unsettled = ({ message, ...failure }: Failure): UnknownOutcome => ({
  kind: 'unknown',
  failure: { ...failure, message: `${message} What was asked may still be done: look before you retry.` },
});

/** The last look could not even be made. */
export const neverAsked = ({ message, evidence = {} }: Failure): UnknownOutcome =>
  unsettled({
    code: 'WAIT_TIMED_OUT',
    message: `The target could not be asked whether it is done: ${message}`,
    evidence,
  });

const evidenceOfCall = ({ exchange, scrub }: Called): JsonObject => evidenceOfExchange(scrubExchange(exchange, scrub));

const evidenceOf = (called: CallResult): JsonObject =>
  called.kind === 'called' ? evidenceOfCall(called) : (called.failure.evidence ?? {});

/** What the answer says, as far as it is one; undefined where a later one may say more. */
const read = ({ exchange }: Called): JsonObject | undefined => {
  if (exchange.kind === 'failed' || exchange.incomplete !== undefined || exchange.status >= 500) return undefined;
  return resultOf(exchange);
};

const finished = (called: Called, result: JsonObject, created: JsonObject, action: Action): Success => {
  const { status = null } = result;
  const all = { ...result, created };
  const offered = Object.keys(action.outputs).length === 0 ? all : { status };
  return scrubSuccess({ kind: 'ok', result: all, offered, evidence: { status } }, called.scrub);
};

const failedByCondition = (called: Called): Look => ({
  kind: 'definite-failure',
  failure: {
    code: 'POLL_FAILED',
    message: 'The target says that what was asked has failed: `poll.failWhen` of the document is true.',
    evidence: evidenceOfCall(called),
  },
});

/** Whether asking again is no use: 4xx other than 408, 409, 425 and 429, a redirect, or a call that may not be made. */
const isRefused = (called: CallResult): boolean => {
  if (called.kind !== 'called') return called.kind === 'definite-failure';
  const { exchange } = called;
  if (exchange.kind === 'answered' && exchange.status >= 300 && exchange.status < 400) return true;
  return (
    called.outcome.kind === 'definite-failure' || (exchange.kind === 'answered' && exchange.incomplete === 'too-large')
  );
};

const pauseOf = (called: CallResult): number | undefined => {
  const failed = called.kind === 'called' && called.outcome.kind !== 'ok' ? failedCall(called) : called;
  return failed.kind === 'not-executed' ? failed.retryAfterMs : undefined;
};

/** One look at what a call has begun: a GET with the same headers and the same proof. */
export const lookOnce = async (
  { plan, call, action }: { readonly plan: PollPlan; readonly call: Call; readonly action: Action },
  { state: given, context }: { readonly state: JsonObject; readonly context: LookContext },
  parts: CallDependencies,
): Promise<Look> => {
  const state = stateOf(given);
  const { 'content-type': _, ...headers } = call.request.headers;
  const request = { url: plan.url, method: 'GET', headers };
  const called = await makeCall(
    { ...call, request, expected: undefined },
    Math.min(LOOK_MS, context.remainingMs),
    parts,
  );
  const result = called.kind === 'called' ? read(called) : undefined;
  if (called.kind === 'called' && result !== undefined) {
    if (plan.failed(result)) return failedByCondition(called);
    if (plan.until(result)) return finished(called, result, state.created, action);
  }
  const refusals = isRefused(called) ? state.refusals + 1 : 0;
  const evidence = evidenceOf(called);
  if (refusals >= MAX_REFUSALS) {
    const told = called.kind === 'called' && called.outcome.kind !== 'ok' ? called.scrub(called.outcome.message) : '';
    return unsettled({
      code: 'POLL_REFUSED',
      message: `The poll was refused ${refusals} times in a row. ${told}`.trim(),
      evidence,
    });
  }
  const nowMs = parts.now().getTime();
  if (context.late || nowMs >= state.until)
    return unsettled({ code: 'WAIT_TIMED_OUT', message: 'The target did not say in time that it is done.', evidence });
  return parked(plan, { ...state, refusals }, nowMs, pauseOf(called));
};
