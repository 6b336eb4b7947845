/** What came back from one HTTP request, as far as it came. Header names are in lower case. */
export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** The body is no text: `body` is its base64. */
  readonly binary?: true;
  /** Why `body` is not all of it. */
  readonly incomplete?: 'truncated' | 'too-large' | 'undecodable';
}

export interface HttpFailure {
  readonly kind: 'failed';
  /** Whether the first byte of the request may have left. */
  readonly phase: 'before-send' | 'after-send';
  readonly code: string;
  readonly message: string;
  /** Before sending: whether the same may work in a moment. */
  readonly transient: boolean;
}

export type HttpExchange = HttpAnswer | HttpFailure;

export type HttpOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'definite-failure' | 'unknown'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'not-executed';
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number;
    };

const INCOMPLETE = {
  truncated: { code: 'RESPONSE_TRUNCATED', message: 'The answer broke off.' },
  'too-large': { code: 'RESPONSE_TOO_LARGE', message: 'The answer is larger than the executor reads.' },
  undecodable: { code: 'RESPONSE_MALFORMED', message: 'The answer could not be decoded.' },
} as const;

/** A target that answers these has not acted on the request: it asks for another address, or for another moment. */
const MOVED = new Set([301, 307, 308]);
const NOT_NOW = new Set([425, 429]);
/** 408: the target gave up waiting for what it may have read; 409: something with this key or name is there or under way. */
const AMBIGUOUS = new Set([408, 409]);

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), as milliseconds from now. */
export const retryAfterMs = (value: string | undefined, nowMs: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
};

const judgeStatus = (answer: HttpAnswer, nowMs: number): HttpOutcome => {
  const { status } = answer;
  const failed = { code: `HTTP_${status}`, message: `The target answered ${status}.` };
  if (NOT_NOW.has(status)) {
    const asked = retryAfterMs(answer.headers['retry-after'], nowMs);
    return { kind: 'not-executed', ...failed, ...(asked !== undefined && { retryAfterMs: asked }) };
  }
  if (MOVED.has(status)) {
    const message = `${failed.message} Redirects are not followed: put the address it names into the document.`;
    return { kind: 'definite-failure', code: failed.code, message };
  }
  const definite = status >= 400 && status < 500 && !AMBIGUOUS.has(status);
  return { kind: definite ? 'definite-failure' : 'unknown', ...failed };
};

/**
 * What an HTTP exchange says about its effect.
 *
 * - ok: an expected status (any 2xx when the document expects nothing else), with the whole answer.
 * - definite failure: nothing was sent and trying again won't help, or a 4xx other than 408, 409, 425, 429.
 * - not executed: nothing was sent, or 425 or 429. Safe to try again.
 * - unknown: anything else once the first byte may have left.
 */
export const judgeExchange = (
  exchange: HttpExchange,
  expected: readonly number[] | undefined,
  nowMs: number,
): HttpOutcome => {
  if (exchange.kind === 'failed') {
    const { code, message } = exchange;
    if (exchange.phase === 'after-send') return { kind: 'unknown', code, message };
    return { kind: exchange.transient ? 'not-executed' : 'definite-failure', code, message };
  }
  const { status, incomplete } = exchange;
  const welcome = expected === undefined ? status >= 200 && status < 300 : expected.includes(status);
  if (welcome) return incomplete === undefined ? { kind: 'ok' } : { kind: 'unknown', ...INCOMPLETE[incomplete] };
  if (expected !== undefined && status >= 200 && status < 300) {
    const message = `The target answered ${status}, the document expects ${expected.join(' or ')}.`;
    return { kind: 'unknown', code: 'UNEXPECTED_STATUS', message };
  }
  return judgeStatus(exchange, nowMs);
};
