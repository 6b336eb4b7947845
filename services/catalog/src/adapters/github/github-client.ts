import type { Clock } from '@pao/kernel';
import type { z } from 'zod';
import { SourceRefused } from '../repository/layout.ts';
import { blockedUntil, failureOf, githubErrorOf, notThere, rateLimited, unreachable } from './failures.ts';
import { limitedFetch } from './limited-fetch.ts';

export interface GithubClientOptions {
  /** `https://api.github.com`, or `https://host/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly token?: string;
  readonly now: Clock;
  /** Of one call. */
  readonly timeoutMs?: number;
}

export interface Asked<T> {
  /** As octokit writes it: `GET /repos/{owner}/{repo}/…`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** What the answer must be. */
  readonly schema: z.ZodType<T>;
  readonly signal?: AbortSignal;
}

/**
 * One repository on GitHub. Calls throw SourceRefused when the answer is final, TransientError when another try may help; the
 * messages are for people. While GitHub wants not to be asked, calls fail without being made.
 */
export interface GithubClient {
  /** `github:owner/repository`. */
  readonly name: string;
  readonly call: <T>(asked: Asked<T>) => Promise<T>;
  /** Undefined for what is not there, or may not be read. */
  readonly find: <T>(asked: Asked<T>) => Promise<T | undefined>;
  /** As `find`, asked with the tag of the last answer: what is still so costs nothing of the rate limit. */
  readonly revalidate: <T>(asked: Asked<T>) => Promise<T | undefined>;
}

const PUBLIC_API = 'https://api.github.com';

export const githubName = ({ apiUrl, owner, repository }: Omit<GithubClientOptions, 'now'>): string =>
  `github:${owner}/${repository}${apiUrl === PUBLIC_API ? '' : ` at ${new URL(apiUrl).host}`}`;

/** Answers kept for their tags: of the repository and of a branch; more only after the default branch has changed. */
const MAX_HELD = 10;

const nothing = (): void => undefined;

/** Loads GitHub's client, which a catalog in a folder does without. */
const openOctokit = async ({ apiUrl, token }: GithubClientOptions) => {
  const { Octokit } = await import('@octokit/rest');
  return new Octokit({
    baseUrl: apiUrl,
    userAgent: 'pao-catalog',
    ...(token !== undefined && { auth: token }),
    // The sync itself tries again, at its own pace.
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    request: { fetch: limitedFetch },
  });
};

export const createGithubClient = (options: GithubClientOptions): GithubClient => {
  const { owner, repository, token, now, timeoutMs = 20_000 } = options;
  let octokit: ReturnType<typeof openOctokit> | undefined;
  const name = githubName(options);
  const server = new URL(options.apiUrl).host;
  const held = new Map<string, { readonly etag: string; readonly data: unknown }>();
  let silentUntil = 0;

  const withoutToken = (error: Error): Error => {
    if (token === undefined || !error.message.includes(token)) return error;
    return new SourceRefused(error.message.replaceAll(token, '[redacted]'));
  };

  const failed = (error: unknown): Error => {
    const answered = githubErrorOf(error);
    if (!answered) return withoutToken(unreachable(error, server));
    const at = now().getTime();
    const until = blockedUntil(answered, at);
    if (until === undefined) return withoutToken(failureOf(answered, name));
    silentUntil = until;
    return rateLimited(until, at);
  };

  const send = async <T>({ route, parameters = {}, signal }: Asked<T>, headers: Readonly<Record<string, string>>) => {
    const at = now().getTime();
    if (at < silentUntil) throw rateLimited(silentUntil, at);
    octokit ??= openOctokit(options);
    const { request } = await octokit;
    const limit = AbortSignal.timeout(timeoutMs);
    const abort = signal ? AbortSignal.any([signal, limit]) : limit;
    return request(route, { owner, repo: repository, ...parameters, headers, request: { signal: abort } });
  };

  const parse = <T>({ route, schema }: Asked<T>, data: unknown): T => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new SourceRefused(`GitHub's answer to ${route} is not as it is documented (at "${place}")`);
  };

  const ask = async <T>(asked: Asked<T>, headers: Readonly<Record<string, string>> = {}) => {
    try {
      return await send(asked, headers);
    } catch (error) {
      const status = githubErrorOf(error)?.status;
      if (status === 304) return 'unchanged';
      if (status === 404) return 'absent';
      // What was thrown holds the whole call, with its token: it goes no further.
      throw failed(error);
    }
  };

  const find = async <T>(asked: Asked<T>): Promise<T | undefined> => {
    const response = await ask(asked);
    return response === 'absent' ? undefined : parse(asked, response === 'unchanged' ? undefined : response.data);
  };

  return {
    name,
    find,
    call: async (asked) => {
      const found = await find(asked);
      if (found === undefined) throw notThere(name);
      return found;
    },
    revalidate: async (asked) => {
      const key = JSON.stringify([asked.route, asked.parameters]);
      const before = held.get(key);
      const response = await ask(asked, before ? { 'if-none-match': before.etag } : {});
      if (response === 'absent') return undefined;
      if (response === 'unchanged') return parse(asked, before?.data);
      const data = parse(asked, response.data);
      const { etag } = response.headers;
      if (held.size >= MAX_HELD) held.clear();
      if (etag !== undefined) held.set(key, { etag, data: response.data });
      return data;
    },
  };
};
