import { type Clock, err, type JsonObject, ok, type Result } from '@pao/kernel';
import { z } from 'zod';
import { type HttpExchange, type HttpOutcome, judgeExchange } from '../../core/domain/http-outcome.ts';
import { createScrub, scrubExchange } from '../outgoing/scrub.ts';
import type { SendHttp } from '../outgoing/send-http.ts';

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

/**
 * Jira Cloud through the executor's own HTTP, so that every call is guarded, sent once and told how far it came. jira.js, which calls
 * fetch, could be given this transport as its client; but loading it takes 0.65 s and 80 MB in the first ticket, for two calls.
 * The tests hold these against jira.js instead.
 */
export const createJiraCloud = (instance: JiraInstance, send: SendHttp, now: Clock): JiraCloud => {
  const pair = `${instance.email}:${instance.apiToken}`;
  const basic = Buffer.from(pair).toString('base64');
  const scrub = createScrub([instance.apiToken, pair, basic]);

  const call = async <S extends z.ZodType>(
    schema: S,
    request: { readonly method: string; readonly path: string; readonly body?: JsonObject; readonly timeoutMs: number },
  ): JiraAnswer<z.output<S>> => {
    const { method, path, body, timeoutMs } = request;
    const answer = await send({
      url: new URL(`${instance.url}${path}`),
      method,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${basic}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      timeoutMs,
    });
    const exchange = scrubExchange(answer, scrub);
    const outcome = judgeExchange(exchange, undefined, now().getTime());
    if (outcome.kind !== 'ok') return err({ outcome, exchange });
    const parsed = schema.safeParse(exchange.kind === 'answered' ? parseJson(exchange.body) : undefined);
    return parsed.success ? ok(parsed.data) : err({ outcome: MALFORMED, exchange });
  };

  return {
    createIssue: (fields, timeoutMs) =>
      call(issue, { method: 'POST', path: '/rest/api/3/issue', body: { fields }, timeoutMs }),
    findByLabel: async (label, timeoutMs) => {
      const query = new URLSearchParams({ jql: `labels = "${label}"`, maxResults: '2', fields: 'summary' });
      const found = await call(issues, { method: 'GET', path: `/rest/api/3/search/jql?${String(query)}`, timeoutMs });
      return found.ok ? ok(found.value.issues) : found;
    },
  };
};
