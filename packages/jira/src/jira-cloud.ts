import { type Clock, createScrub, err, type JsonObject, ok, type Result } from '@pao/kernel';
import { type HttpExchange, type HttpOutcome, judgeExchange, type SendHttp, scrubExchange } from '@pao/outgoing';
import type * as Jira from 'jira.js/cloud';
import { z } from 'zod';

/** A Jira Cloud site and the account that acts there. */
export interface JiraInstance {
  /** Without a trailing slash. */
  readonly url: string;
  readonly email: string;
  readonly apiToken: string;
}

export interface Issue {
  readonly id: string;
  readonly key: string;
}

interface JiraFailure {
  readonly outcome: Exclude<HttpOutcome, { kind: 'ok' }>;
  readonly exchange: HttpExchange;
}

type JiraAnswer<T> = Promise<Result<T, JiraFailure>>;

/** Two calls of Jira's REST API v3. Neither repeats anything. */
export interface JiraCloud {
  createIssue(fields: JsonObject, timeoutMs: number): JiraAnswer<Issue>;
  /** At most two of the issues that carry a label; the search lags behind what was created. */
  findByLabel(label: string, timeoutMs: number): JiraAnswer<readonly Issue[]>;
}

const issue = z.object({ id: z.string().regex(/^\d+$/), key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/) });
const issues = z.object({ issues: z.array(issue) });

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

type JiraOperations = typeof Jira;
type JiraClient = Parameters<JiraOperations['createIssue']>[0];

/** Lists are repeated as one comma-separated value, as Jira reads them. */
const queryOf = (parameters: Readonly<Record<string, Parameter>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${String(query)}`;
};

/**
 * Jira Cloud by jira.js, which is given a client of ours: its requests leave through our own HTTP, so every call is
 * guarded, sent once and told how far it came. It is loaded with the first ticket, since it takes half a second and 80 MB.
 */
export const createJiraCloud = (instance: JiraInstance, send: SendHttp, now: Clock): JiraCloud => {
  const pair = `${instance.email}:${instance.apiToken}`;
  const basic = Buffer.from(pair).toString('base64');
  const scrub = createScrub([instance.apiToken, pair, basic]);

  const exchangeFor = async (request: JiraRequest, timeoutMs: number): Promise<HttpExchange> => {
    const { method = 'GET', url, searchParams = {}, body } = request;
    const answer = await send({
      url: new URL(`${instance.url}${url}${queryOf(searchParams)}`),
      method,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${basic}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    });
    return scrubExchange(answer, scrub);
  };

  /** Runs one operation of jira.js, which makes one request, and judges what came of that. */
  const call = async <S extends z.ZodType>(
    schema: S,
    timeoutMs: number,
    operate: (jira: JiraOperations, client: JiraClient) => Promise<unknown>,
  ): JiraAnswer<z.output<S>> => {
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
  };

  return {
    createIssue: (fields, timeoutMs) => call(issue, timeoutMs, (jira, client) => jira.createIssue(client, { fields })),
    findByLabel: async (label, timeoutMs) => {
      const search = { jql: `labels = "${label}"`, maxResults: 2, fields: ['summary'] };
      const found = await call(issues, timeoutMs, (jira, client) =>
        jira.searchAndReconsileIssuesUsingJql(client, search),
      );
      return found.ok ? ok(found.value.issues) : found;
    },
  };
};
