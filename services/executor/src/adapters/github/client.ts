import { type Clock, createScrub, err, ok, type Scrub } from '@pao/kernel';
import { type HttpExchange, type SendHttp, scrubExchange } from '@pao/outgoing';
import type { z } from 'zod';
import { type Answered, definite, type Failed } from '../git/changes.ts';
import { anything } from './answers.ts';
import type { Authorize } from './authorize.ts';
import type { GithubInstance } from './instance.ts';
import { failureOfCall } from './judge.ts';

export interface Call<T> {
  /** As octokit writes it: `POST /repos/{owner}/{repo}/git/refs`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What the answer must be. */
  readonly schema: z.ZodType<T>;
}

export interface GithubClientOptions {
  readonly instance: GithubInstance;
  readonly owner: string;
  readonly repo: string;
  readonly send: SendHttp;
  readonly authorize: Authorize;
  readonly now: Clock;
  /** Of everything that is asked through it. */
  readonly timeoutMs: number;
}

/** One repository on a GitHub, for as long as a try takes. Each call is one request, sent once. */
export interface GithubClient {
  /** `owner/name`. */
  readonly name: string;
  readonly webUrl: string;
  readonly isEnterprise: boolean;
  /** A call after which nobody sees a difference: where its answer is lost, nothing has happened. */
  read<T>(call: Call<T>): Promise<Answered<T>>;
  /** As `read`; undefined for what is not there. */
  find<T>(call: Call<T>): Promise<Answered<T | undefined>>;
  /** A call that changes something: a lost answer is an unknown outcome. */
  act<T>(call: Call<T>): Promise<Answered<T>>;
  /** Where a call is sent on to; undefined when it is not. */
  locationOf(call: Omit<Call<unknown>, 'schema'>): Promise<Answered<string | undefined>>;
}

const nothing = (): void => undefined;

/** Octokit knows how calls are written; it sends none itself. It is loaded with the first call, as not every executor makes one. */
const writerFor = async ({ apiUrl }: GithubInstance) => {
  const { Octokit } = await import('@octokit/rest');
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  return new Octokit({ baseUrl: apiUrl, userAgent: 'pao-executor', log }).request.endpoint;
};

const writers = new WeakMap<GithubInstance, ReturnType<typeof writerFor>>();

const writer = (instance: GithubInstance) => {
  const known = writers.get(instance) ?? writerFor(instance);
  writers.set(instance, known);
  return known;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const malformed = (route: string): Failed => ({
  kind: 'unknown',
  failure: { code: 'RESPONSE_MALFORMED', message: `GitHub's answer to ${route} is not as it is documented.` },
});

/** What nobody sees has not happened when nobody knows whether it has. */
const harmless = (failed: Failed): Failed =>
  failed.kind === 'unknown' ? { kind: 'not-executed', failure: failed.failure } : failed;

const isAbsent = (exchange: HttpExchange): boolean => exchange.kind === 'answered' && exchange.status === 404;

export const createGithubClient = (options: GithubClientOptions): GithubClient => {
  const { instance, owner, repo, send, authorize, now } = options;
  const deadline = performance.now() + options.timeoutMs;

  const perform = async <T>({
    route,
    parameters = {},
  }: Call<T>): Promise<Answered<{ exchange: HttpExchange; scrub: Scrub }>> => {
    const timeoutMs = Math.floor(deadline - performance.now());
    const token = await authorize(instance, { owner, repo, timeoutMs });
    if (!token.ok) return token;
    const write = await writer(instance);
    const written = write(route, { owner, repo, ...parameters });
    const headers = Object.fromEntries(Object.entries(written.headers).map(([key, value]) => [key, String(value)]));
    const body: unknown = written.body;
    const scrub = createScrub([token.value]);
    const exchange = await send({
      url: new URL(written.url),
      method: written.method,
      headers: {
        ...headers,
        'x-github-api-version': '2022-11-28',
        authorization: `Bearer ${token.value}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: Math.floor(deadline - performance.now()),
    });
    return ok({ exchange: scrubExchange(exchange, scrub), scrub });
  };

  const conclude = <T>({ route, schema }: Call<T>, exchange: HttpExchange, scrub: Scrub): Answered<T> => {
    const failed = failureOfCall(exchange, now().getTime(), scrub);
    if (failed) return err(failed);
    if (exchange.kind === 'failed') throw new Error('a call without an answer was judged a success');
    const answer = schema.safeParse(parsed(exchange.body));
    return answer.success ? ok(answer.data) : err(malformed(route));
  };

  /** Undefined for what is not there; an answer may well be empty. */
  const ask = async <T>(call: Call<T>): Promise<Answered<{ readonly answer: T } | undefined>> => {
    const performed = await perform(call);
    if (!performed.ok) return performed;
    const { exchange, scrub } = performed.value;
    if (isAbsent(exchange)) return ok(undefined);
    const concluded = conclude(call, exchange, scrub);
    return concluded.ok ? ok({ answer: concluded.value }) : concluded;
  };

  const name = `${owner}/${repo}`;
  const mustBeThere = async <T>(call: Call<T>): Promise<Answered<T>> => {
    const found = await ask(call);
    if (!found.ok) return found;
    return found.value === undefined ? err(notThere(name, call.route)) : ok(found.value.answer);
  };
  const mild = <T>(answered: Answered<T>): Answered<T> => (answered.ok ? answered : err(harmless(answered.error)));

  return {
    name,
    webUrl: `${instance.webUrl}/${name}`,
    isEnterprise: instance.isEnterprise,
    read: async (call) => mild(await mustBeThere(call)),
    find: async (call) => {
      const found = mild(await ask(call));
      return found.ok ? ok(found.value?.answer) : found;
    },
    act: mustBeThere,
    locationOf: async (call) => {
      const performed = await perform({ ...call, schema: anything });
      if (!performed.ok) return performed;
      const { exchange } = performed.value;
      return ok(exchange.kind === 'answered' && exchange.status === 302 ? exchange.headers['location'] : undefined);
    },
  };
};

const notThere = (name: string, route: string): Failed =>
  definite({
    code: 'HTTP_404',
    message: `GitHub answered 404 to ${route} for ${name}: it is not there, or the credentials may not see it.`,
  });
