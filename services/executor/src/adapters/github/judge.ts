import type { Scrub } from '@pao/kernel';
import { evidenceOfExchange, type HttpAnswer, type HttpExchange, type HttpOutcome, judgeExchange } from '@pao/outgoing';
import { z } from 'zod';
import type { Failed } from '../git/changes.ts';
import { toVerdict } from '../to-verdict.ts';

/** Where GitHub says that it is asked too much and not for how long. */
const DEFAULT_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 3_600_000;

const errorSchema = z.object({
  message: z.string().catch(''),
  errors: z
    .array(
      z.union([z.string(), z.object({ message: z.string().optional() }).transform(({ message }) => message ?? '')]),
    )
    .catch([]),
});

/** GitHub's own words, on one line and not too many. */
export const wordsOf = ({ body }: HttpAnswer): string => {
  const parsed = ((): unknown => {
    try {
      return JSON.parse(body);
    } catch {
      return undefined;
    }
  })();
  const told = errorSchema.safeParse(parsed);
  if (!told.success) return '';
  return [told.data.message, ...told.data.errors]
    .filter((words) => words !== '')
    .join('; ')
    .replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, ' ')
    .slice(0, 300);
};

const secondsIn = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;

/** How long GitHub wants not to be asked; undefined when it says nothing of the kind. */
const pauseOf = (answer: HttpAnswer, nowMs: number): number | undefined => {
  const { status, headers } = answer;
  if (status !== 403 && status !== 429) return undefined;
  const [after, reset] = [secondsIn(headers['retry-after']), secondsIn(headers['x-ratelimit-reset'])];
  const isUsedUp = headers['x-ratelimit-remaining'] === '0';
  if (after !== undefined) return Math.min(after * 1_000, MAX_PAUSE_MS);
  if (isUsedUp && reset !== undefined) return Math.min(Math.max(reset * 1_000 - nowMs, 1_000), MAX_PAUSE_MS);
  return status === 429 || isUsedUp || /secondary rate limit/i.test(wordsOf(answer)) ? DEFAULT_PAUSE_MS : undefined;
};

/** 409 is no riddle here: GitHub says with it that it did nothing. */
const settled = (outcome: HttpOutcome, exchange: HttpExchange): HttpOutcome =>
  exchange.kind === 'answered' && exchange.status === 409 && outcome.kind === 'unknown'
    ? { ...outcome, kind: 'definite-failure' }
    : outcome;

const judge = (exchange: HttpExchange, nowMs: number): HttpOutcome => {
  const pause = exchange.kind === 'answered' ? pauseOf(exchange, nowMs) : undefined;
  if (pause === undefined) return settled(judgeExchange(exchange, undefined, nowMs), exchange);
  const message = 'GitHub asks for a pause: its rate limit is used up.';
  return { kind: 'not-executed', code: 'GITHUB_RATE_LIMITED', message, retryAfterMs: pause };
};

/** Why a call went no further; undefined when it was answered well. Rate limits are no failures: nothing was done. */
export const failureOfCall = (exchange: HttpExchange, nowMs: number, scrub: Scrub): Failed | undefined => {
  const outcome = judge(exchange, nowMs);
  if (outcome.kind === 'ok') return undefined;
  const words = exchange.kind === 'answered' ? scrub(wordsOf(exchange)) : '';
  const message = words === '' ? scrub(outcome.message) : `${scrub(outcome.message)} GitHub says: ${words}`;
  return toVerdict({ ...outcome, message }, evidenceOfExchange(exchange));
};
