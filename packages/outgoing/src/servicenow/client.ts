import { type Clock, createScrub, err, ok, type Result } from '@pao/kernel';
import type { z } from 'zod';
import { type HttpExchange, type HttpOutcome, judgeExchange } from '../http-outcome.ts';
import { scrubExchange } from '../scrub-exchange.ts';
import type { SendHttp } from '../send-http.ts';

/** A ServiceNow instance and the account that acts there: user and password, or an OAuth token. */
export type ServiceNowInstance = {
  /** `https://example.service-now.com`, without a trailing slash. */
  readonly url: string;
} & ({ readonly user: string; readonly password: string } | { readonly token: string });

export interface ServiceNowFailure {
  readonly outcome: Exclude<HttpOutcome, { kind: 'ok' }>;
  readonly exchange: HttpExchange;
}

export type ServiceNowAnswer<T> = Promise<Result<T, ServiceNowFailure>>;

export interface ServiceNowCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Parts of the path below `/api/`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly timeoutMs: number;
}

const MALFORMED = {
  kind: 'unknown',
  code: 'RESPONSE_MALFORMED',
  message: 'ServiceNow answered with something other than its API describes.',
} as const;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const proofOf = (instance: ServiceNowInstance): { readonly authorization: string; readonly secrets: string[] } => {
  if ('token' in instance) return { authorization: `Bearer ${instance.token}`, secrets: [instance.token] };
  const pair = `${instance.user}:${instance.password}`;
  const basic = Buffer.from(pair).toString('base64');
  return { authorization: `Basic ${basic}`, secrets: [instance.password, pair, basic] };
};

export type CallServiceNow = <S extends z.ZodType>(schema: S, call: ServiceNowCall) => ServiceNowAnswer<z.output<S>>;

/** One request for each call, judged; of what comes back only what has the shape is used, without the account's secrets. */
export const createServiceNowCaller = (instance: ServiceNowInstance, send: SendHttp, now: Clock): CallServiceNow => {
  const { authorization, secrets } = proofOf(instance);
  const scrub = createScrub(secrets);
  return async (schema, { method, path, query = {}, body, timeoutMs }) => {
    const url = new URL(`${instance.url}/api/${path.map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await send({
      url,
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    });
    const exchange = scrubExchange(answer, scrub);
    const outcome = judgeExchange(exchange, undefined, now().getTime());
    if (outcome.kind !== 'ok') return err({ outcome, exchange });
    const parsed = schema.safeParse(exchange.kind === 'answered' ? parseJson(exchange.body) : undefined);
    return parsed.success ? ok(parsed.data) : err({ outcome: MALFORMED, exchange });
  };
};
