import type { DefiniteVerdict, NotExecuted } from '@pao/executor-sdk';
import { type Clock, createScrub, type Json, type JsonObject, type Scrub } from '@pao/kernel';
import { type HttpAnswer, type HttpExchange, type HttpOutcome, judgeExchange, type SendHttp } from '@pao/outgoing';
import type { Proof, Unsent } from './authentication.ts';

export interface CallDependencies {
  readonly send: SendHttp;
  readonly now: Clock;
}

export interface Call {
  readonly request: Unsent;
  readonly proof: Proof;
  /** Texts that may be in nothing that is told. */
  readonly secrets: readonly string[];
  readonly expected: readonly number[] | undefined;
}

export interface Called {
  readonly exchange: HttpExchange;
  readonly outcome: HttpOutcome;
  readonly scrub: Scrub;
}

/** What came of a call, or why it was not made. */
export type CallResult = ({ readonly kind: 'called' } & Called) | DefiniteVerdict | NotExecuted;

/**
 * Makes a call once. A token from before that the target refuses with 401 is replaced, and the call made once more: who answers 401
 * has not done what was asked.
 */
export const makeCall = async (
  { request, proof, secrets, expected }: Call,
  remainingMs: number,
  { send, now }: CallDependencies,
): Promise<CallResult> => {
  const deadline = performance.now() + remainingMs;
  const once = async (refused?: string): Promise<CallResult & { readonly token?: string | undefined }> => {
    const proven = await proof.prove(request, { remainingMs: deadline - performance.now(), refused });
    if (!proven.ok) return proven.error;
    const { request: sent, secrets: made, token } = proven.value;
    const exchange = await send({ ...sent, timeoutMs: Math.floor(deadline - performance.now()) });
    const outcome = judgeExchange(exchange, expected, now().getTime());
    return { kind: 'called', exchange, outcome, scrub: createScrub([...secrets, ...proof.secrets, ...made]), token };
  };
  const first = await once();
  const refused = first.kind === 'called' && first.outcome.kind === 'definite-failure' && isRefusal(first.exchange);
  return refused && first.token !== undefined ? once(first.token) : first;
};

const isRefusal = (exchange: HttpExchange): boolean => exchange.kind === 'answered' && exchange.status === 401;

/** The body as JSON where it says so, else as text; undefined when it says so and is none. */
const readBody = ({ headers, body }: HttpAnswer): Json | undefined => {
  if (!/[/+]json\b/i.test(headers['content-type'] ?? '')) return body;
  if (body.trim() === '') return null;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
};

/** What output expressions are read over; undefined when it says that it is JSON and is none. */
export const resultOf = (answer: HttpAnswer): JsonObject | undefined => {
  const body = readBody(answer);
  if (body === undefined) return undefined;
  return { status: answer.status, headers: answer.headers, body, ...(answer.binary && { bodyEncoding: 'base64' }) };
};
