import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DefiniteVerdict, NotExecuted } from '@pao/executor-sdk';
import { type Clock, createScrub, err, ok, type Result } from '@pao/kernel';
import { evidenceOfExchange, type HttpExchange, judgeExchange, type SendHttp, scrubExchange } from '@pao/outgoing';
import { z } from 'zod';

export interface OAuthClient {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly audience: string | undefined;
  readonly clientAuthentication: 'basic' | 'post';
}

export interface Token {
  readonly value: string;
  /** It was at hand already. */
  readonly known: boolean;
}

interface TokenRequest {
  readonly timeoutMs: number;
  /** Never given again. */
  readonly refused?: string | undefined;
}

export interface OAuthTokens {
  /** A token that is good for a while yet. Who asks for the same one meanwhile waits for the same call. */
  get(client: OAuthClient, request: TokenRequest): Promise<Result<Token, DefiniteVerdict | NotExecuted>>;
}

interface KnownToken {
  readonly value: string;
  readonly until: number;
}

type Fetched = Result<KnownToken, DefiniteVerdict | NotExecuted>;

/** For one call of a token endpoint. */
const TIMEOUT_MS = 10_000;
const MAX_TOKENS = 1_000;
const MAX_SECONDS = 86_400;
/** Of a token that does not say how long it is good. */
const DEFAULT_SECONDS = 300;
/** A token that ends on its way is refused, so it is not used so shortly before; of short ones a tenth. */
const MARGIN_SECONDS = 60;

const answerShape = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  expires_in: z.coerce.number().min(0).catch(DEFAULT_SECONDS).default(DEFAULT_SECONDS),
});

const parse = (exchange: HttpExchange): z.output<typeof answerShape> | undefined => {
  try {
    return exchange.kind === 'answered' ? answerShape.safeParse(JSON.parse(exchange.body)).data : undefined;
  } catch {
    return undefined;
  }
};

/** As RFC 6749 §2.3.1 has it: encoded like a form before it becomes the user and the password. */
const formEncoded = (text: string): string => String(new URLSearchParams({ x: text })).slice('x='.length);

const requestOf = ({ clientId, clientSecret, scopes, audience, clientAuthentication }: OAuthClient) => {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  if (audience !== undefined) form.set('audience', audience);
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  if (clientAuthentication === 'post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
    return { headers, body: String(form), secrets: [] };
  }
  const pair = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
  return { headers: { ...headers, authorization: `Basic ${pair}` }, body: String(form), secrets: [pair] };
};

/** The secret is part of it, so that a new one is used at once; it can't be read from it. */
const keyOf = ({ tokenUrl, clientId, clientSecret, scopes, audience, clientAuthentication }: OAuthClient): string =>
  createHash('sha256')
    .update(JSON.stringify([tokenUrl.href, clientId, clientSecret, scopes, audience ?? null, clientAuthentication]))
    .digest('base64');

const unavailable = (message: string): NotExecuted => ({
  kind: 'not-executed',
  failure: { code: 'TOKEN_UNAVAILABLE', message: `There is no token for the call, so it was not made. ${message}` },
});

/** Tokens by the client credentials grant (RFC 6749 §4.4), kept in memory until shortly before they end. */
export const createOAuthTokens = (send: SendHttp, now: Clock): OAuthTokens => {
  const known = new Map<string, KnownToken>();
  const underWay = new Map<string, Promise<Fetched>>();

  const fetchToken = async (client: OAuthClient): Promise<Fetched> => {
    const { headers, body, secrets } = requestOf(client);
    const url = client.tokenUrl;
    const exchange = await send({ url, method: 'POST', headers, body, timeoutMs: TIMEOUT_MS });
    const outcome = judgeExchange(exchange, undefined, now().getTime());
    const token = outcome.kind === 'ok' ? parse(exchange) : undefined;
    if (token !== undefined) {
      const seconds = Math.min(token.expires_in, MAX_SECONDS);
      const usable = seconds - Math.min(MARGIN_SECONDS, seconds / 10);
      return ok({ value: token.access_token, until: now().getTime() + usable * 1_000 });
    }
    const scrub = createScrub([client.clientSecret, ...secrets]);
    const told = outcome.kind === 'ok' ? 'It answered without a bearer token.' : scrub(outcome.message);
    const failure = {
      ...unavailable(`Of the token endpoint ${url.origin}${url.pathname}: ${told}`).failure,
      // An answer that is a success may hold the token.
      evidence: outcome.kind === 'ok' ? { phase: 'token' } : evidenceOfExchange(scrubExchange(exchange, scrub)),
    };
    const definite = outcome.kind === 'ok' || outcome.kind === 'definite-failure';
    if (definite) return err({ kind: 'definite-failure', failure: { ...failure, code: 'TOKEN_REFUSED' } });
    const retryAfterMs = outcome.kind === 'not-executed' ? outcome.retryAfterMs : undefined;
    return err({ kind: 'not-executed', failure, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  };

  const keep = (key: string, token: KnownToken): void => {
    known.delete(key);
    known.set(key, token);
    const [oldest] = known.keys();
    if (known.size > MAX_TOKENS && oldest !== undefined) known.delete(oldest);
  };

  const fetchOnce = (key: string, client: OAuthClient): Promise<Fetched> => {
    const current = underWay.get(key);
    if (current) return current;
    const fetching = fetchToken(client)
      .then((fetched) => {
        if (fetched.ok) keep(key, fetched.value);
        return fetched;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, fetching);
    return fetching;
  };

  return {
    get: async (client, { timeoutMs, refused }) => {
      const key = keyOf(client);
      const at = known.get(key);
      if (at !== undefined && at.until > now().getTime() && at.value !== refused)
        return ok({ value: at.value, known: true });
      const late = new AbortController();
      const overdue = sleep(Math.max(0, timeoutMs), undefined, { signal: late.signal, ref: false }).catch(
        () => undefined,
      );
      const fetched = await Promise.race([fetchOnce(key, client), overdue]);
      late.abort();
      if (fetched === undefined) return err(unavailable('The token endpoint did not answer in time.'));
      return fetched.ok ? ok({ value: fetched.value.value, known: false }) : fetched;
    },
  };
};
