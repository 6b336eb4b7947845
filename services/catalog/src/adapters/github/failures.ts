import { errorMessage, TransientError } from '@pao/kernel';
import { z } from 'zod';
import { SourceRefused } from '../repository/layout.ts';

const HOUR_MS = 3_600_000;
/** Where GitHub says that it is asked too much and not for how long. */
const DEFAULT_WAIT_MS = 60_000;

const errorSchema = z.object({
  status: z.int(),
  response: z
    .object({
      headers: z.record(z.string(), z.unknown()).catch({}),
      data: z.object({ message: z.string().catch('') }).catch({ message: '' }),
    })
    .optional()
    .catch(undefined),
});

/** What octokit throws when GitHub answered, as far as it matters. */
export interface GithubError {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** GitHub's own words. */
  readonly message: string;
}

/** Undefined when there was no answer. */
export const githubErrorOf = (error: unknown): GithubError | undefined => {
  if (!(error instanceof Error)) return undefined;
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success || !parsed.data.response) return undefined;
  const { status, response } = parsed.data;
  return { status, headers: response.headers, message: response.data.message };
};

const numberIn = (headers: GithubError['headers'], name: string): number | undefined => {
  const value = headers[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
};

/** Until when GitHub wants not to be asked, in milliseconds since 1970; undefined when it says nothing of the kind. */
export const blockedUntil = ({ status, headers }: GithubError, now: number): number | undefined => {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = numberIn(headers, 'retry-after');
  const reset = numberIn(headers, 'x-ratelimit-reset');
  const isUsedUp = headers['x-ratelimit-remaining'] === '0';
  const waitMs = ((): number | undefined => {
    if (retryAfter !== undefined) return retryAfter * 1_000;
    if (isUsedUp && reset !== undefined) return reset * 1_000 - now;
    return status === 429 || isUsedUp ? DEFAULT_WAIT_MS : undefined;
  })();
  // A server that is wrong about its clock must not silence the catalog for ever.
  return waitMs === undefined ? undefined : now + Math.min(Math.max(waitMs, 1_000), 2 * HOUR_MS);
};

export const rateLimited = (until: number, now: number): TransientError =>
  new TransientError(`GitHub's rate limit is used up until ${new Date(until).toISOString()}`, {
    retryAfterMs: Math.max(0, until - now),
  });

const quoted = (message: string): string => {
  const words = message
    .replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, ' ')
    .trim()
    .slice(0, 160);
  return words === '' ? '' : `: ${words}`;
};

/** GitHub says the same of what may not be read. */
export const notThere = (name: string): SourceRefused =>
  new SourceRefused(`there is no ${name}, or it may not be read`);

/** An answer that is no success, in words for people. */
export const failureOf = ({ status, message }: GithubError, name: string): Error => {
  if (status === 401) return new SourceRefused(`authentication failed for ${name}`);
  if (status === 403) return new SourceRefused(`${name} may not be read${quoted(message)}`);
  if (status === 409) return new SourceRefused(`${name} is empty${quoted(message)}`);
  const text = `GitHub answered ${status} for ${name}${quoted(message)}`;
  return status >= 500 ? new TransientError(text) : new SourceRefused(text);
};

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name);

/** No answer at all. octokit wraps what happened. */
export const unreachable = (error: unknown, server: string): Error => {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  for (const one of [error, inner]) if (one instanceof SourceRefused || one instanceof TransientError) return one;
  if (isTimeout(error) || isTimeout(inner)) return new TransientError(`${server} took too long`);
  return new TransientError(`${server} cannot be reached: ${errorMessage(inner)}`);
};
