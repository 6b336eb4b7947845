import { type Clock, createScrub, err, ok, type Result } from '@pao/kernel';
import { type HttpExchange, type HttpOutcome, judgeExchange, type SendHttp, scrubExchange } from '@pao/outgoing';
import type * as Jira from 'jira.js/cloud';
import type { z } from 'zod';

/** Cloud takes Atlassian documents and an account's API token, Data Center wiki markup and a personal access token. */
export type JiraFlavor = 'cloud' | 'data-center';

/** A Jira site and the account that acts there. */
export interface JiraInstance {
  /** Without a trailing slash. */
  readonly url: string;
  /** Of the account; a personal access token of Data Center needs none. */
  readonly email?: string;
  readonly apiToken: string;
  /** Cloud when absent. */
  readonly flavor?: JiraFlavor;
}

export interface JiraFailure {
  readonly outcome: Exclude<HttpOutcome, { kind: 'ok' }>;
  readonly exchange: HttpExchange;
}

export type JiraAnswer<T> = Promise<Result<T, JiraFailure>>;

const MALFORMED = {
  kind: 'unknown',
  code: 'RESPONSE_MALFORMED',
  message: 'Jira answered with something other than its API describes.',
} as const;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Parameter = string | number | boolean | readonly string[] | undefined;

/** What jira.js asks of the client it is given, as far as we answer it. */
interface JiraRequest {
  readonly method?: string;
  readonly url: string;
  readonly searchParams?: Readonly<Record<string, Parameter>>;
  readonly body?: unknown;
}

export type JiraOperations = typeof Jira;
export type JiraClient = Parameters<JiraOperations['createIssue']>[0];

/** Lists are repeated as one comma-separated value, as Jira reads them. */
const queryOf = (parameters: Readonly<Record<string, Parameter>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${String(query)}`;
};

/** Data Center has version 2 of the same API, and its search under another name. */
const pathOf = (path: string, flavor: JiraFlavor): string =>
  flavor === 'cloud' ? path : path.replace('/rest/api/3/', '/rest/api/2/').replace(/\/search\/jql$/, '/search');

export interface JiraCaller {
  readonly flavor: JiraFlavor;
  /** Runs one operation of jira.js, which makes one request, and judges what came of that. */
  call<S extends z.ZodType>(
    schema: S,
    timeoutMs: number,
    operate: (jira: JiraOperations, client: JiraClient) => Promise<unknown>,
  ): JiraAnswer<z.output<S>>;
}

/**
 * jira.js, which is given a client of ours: its requests leave through our own HTTP, so every call is guarded, sent once and told how
 * far it came. It is loaded with the first call, since it takes half a second and 80 MB.
 */
export const createJiraCaller = (instance: JiraInstance, send: SendHttp, now: Clock): JiraCaller => {
  const flavor = instance.flavor ?? 'cloud';
  const pair = `${instance.email ?? ''}:${instance.apiToken}`;
  const basic = Buffer.from(pair).toString('base64');
  const authorization = instance.email === undefined ? `Bearer ${instance.apiToken}` : `Basic ${basic}`;
  const scrub = createScrub([instance.apiToken, pair, basic]);

  const exchangeFor = async (request: JiraRequest, timeoutMs: number): Promise<HttpExchange> => {
    const { method = 'GET', url, searchParams = {}, body } = request;
    const answer = await send({
      url: new URL(`${instance.url}${pathOf(url, flavor)}${queryOf(searchParams)}`),
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    });
    return scrubExchange(answer, scrub);
  };

  return {
    flavor,
    call: async (schema, timeoutMs, operate) => {
      const exchanges: HttpExchange[] = [];
      const client = {
        sendRequest: async <T>(request: JiraRequest): Promise<T> => {
          exchanges.push(await exchangeFor(request, timeoutMs));
          return undefined as T;
        },
      } as JiraClient;
      await operate(await import('jira.js/cloud'), client);
      const [exchange] = exchanges;
      if (exchange === undefined) throw new Error('jira.js made no request');
      const outcome = judgeExchange(exchange, undefined, now().getTime());
      if (outcome.kind !== 'ok') return err({ outcome, exchange });
      const parsed = schema.safeParse(exchange.kind === 'answered' ? parseJson(exchange.body) : undefined);
      return parsed.success ? ok(parsed.data) : err({ outcome: MALFORMED, exchange });
    },
  };
};
