import type { Verdict } from '@pao/executor-sdk';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import type { Json, JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createRestApiAction } from '../src/adapters/rest-api/action.ts';
import { senderTo, tried } from './support/effects.ts';

const CLIENT_SECRET = 'cs-7d/1+0b e4';

interface TokenAnswer {
  readonly status?: number;
  readonly body: unknown;
  readonly delayMs?: number;
}

interface WorldOptions {
  /** What the token endpoint answers the nth time, from 1. */
  readonly token?: (n: number, request: ReceivedRequest) => TokenAnswer;
  /** Tokens that the target takes; all when absent. */
  readonly takes?: (token: string) => boolean;
}

/** A target behind tokens, the endpoint that gives them, and a clock. */
const world = async (t: ExecutionContext, { token, takes = () => true }: WorldOptions = {}) => {
  let given = 0;
  const answer: (n: number, request: ReceivedRequest) => TokenAnswer =
    token ?? ((n) => ({ body: { access_token: `token-number-${n}`, token_type: 'Bearer', expires_in: 600 } }));
  const tokens = await httpServer(t, (request, response) => {
    given += 1;
    const { status = 200, body, delayMs = 0 } = answer(given, request);
    const send = (): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  });
  const target = await httpServer(t, ({ headers }, response) => {
    const good = takes((headers.authorization ?? '').replace('Bearer ', ''));
    response.writeHead(good ? 201 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ echo: headers.authorization }));
  });
  const clock = { ms: Date.parse('2026-11-21T09:00:00Z') };
  const secrets = new Map([
    ['CLIENT', CLIENT_SECRET],
    ['PAIR', `other-client:${CLIENT_SECRET}`],
  ]);
  const action = createRestApiAction({
    send: senderTo(t, tokens, target),
    secrets: createEnvironmentSecrets(secrets),
    now: () => new Date(clock.ms),
  });
  const call = (more: { readonly [name: string]: Json | undefined } = {}, remainingMs?: number): Promise<Verdict> => {
    const authentication = {
      type: 'oauth2-client-credentials',
      tokenUrl: `${tokens.url}/oauth/token`,
      clientId: 'pao client',
      secretRef: 'env:CLIENT',
      ...more,
    } as JsonObject;
    const config = { endpoint: { url: `${target.url}/things`, method: 'POST' }, authentication };
    return tried(action, { config }, remainingMs);
  };
  return { tokens, target, clock, secrets, call };
};

const failureOf = (verdict: Verdict) => {
  if (verdict.kind === 'ok') throw new Error('a success');
  return verdict.failure;
};

test('a token is asked for by the client credentials grant, the client proved in a header or in the body', async (t) => {
  const { call, tokens, target } = await world(t);
  t.is((await call({ scopes: ['things:write', 'things:read'], audience: 'https://things.test' })).kind, 'ok');
  const [header] = tokens.requests;
  t.like(header, { method: 'POST', url: '/oauth/token' });
  // RFC 6749 §2.3.1: both encoded like a form, then joined.
  const pair = 'pao+client:cs-7d%2F1%2B0b+e4';
  t.is(header?.headers.authorization, `Basic ${Buffer.from(pair).toString('base64')}`);
  t.is(header?.headers['content-type'], 'application/x-www-form-urlencoded');
  t.deepEqual(Object.fromEntries(new URLSearchParams(header?.body)), {
    grant_type: 'client_credentials',
    scope: 'things:write things:read',
    audience: 'https://things.test',
  });
  t.is(target.requests[0]?.headers.authorization, 'Bearer token-number-1');

  t.is((await call({ clientAuthentication: 'post' })).kind, 'ok');
  t.is(tokens.requests[1]?.headers.authorization, undefined);
  t.like(Object.fromEntries(new URLSearchParams(tokens.requests[1]?.body)), {
    client_id: 'pao client',
    client_secret: CLIENT_SECRET,
  });
});

test('a secret id:secret brings the client along', async (t) => {
  const { target, tokens, call } = await world(t);
  t.is((await call({ clientAuthentication: 'post', secretRef: 'env:PAIR', clientId: undefined })).kind, 'ok');
  t.is(target.requests.length, 1);
  t.like(Object.fromEntries(new URLSearchParams(tokens.requests[0]?.body)), {
    client_id: 'other-client',
    client_secret: CLIENT_SECRET,
  });
});

test('a token serves until shortly before it ends, for its scopes, its audience and its secret alone', async (t) => {
  const { call, tokens, clock, secrets } = await world(t);
  await call();
  await call();
  t.is(tokens.requests.length, 1);
  await call({ scopes: ['other'] });
  await call({ audience: 'other' });
  t.is(tokens.requests.length, 3);
  clock.ms += 539_000;
  await call();
  t.is(tokens.requests.length, 3);
  clock.ms += 2_000;
  await call();
  t.is(tokens.requests.length, 4);
  secrets.set('CLIENT', 'rotated-secret');
  await call();
  t.is(tokens.requests.length, 5);
});

test('calls that need the same token at once share one call for it', async (t) => {
  const { call, tokens, target } = await world(t, {
    token: () => ({ body: { access_token: 'shared-token', expires_in: 600 }, delayMs: 200 }),
  });
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => call()));
  t.true(verdicts.every(({ kind }) => kind === 'ok'));
  t.is(tokens.requests.length, 1);
  t.is(target.requests.length, 20);
});

test('a known token that the target refuses is replaced, and the call made once more, and no more than that', async (t) => {
  const revoked = new Set<string>();
  const { call, tokens, target } = await world(t, { takes: (token) => !revoked.has(token) });
  t.is((await call()).kind, 'ok');
  revoked.add('token-number-1');
  t.is((await call()).kind, 'ok');
  t.deepEqual(
    target.requests.map(({ headers }) => headers.authorization?.slice(-1)),
    ['1', '1', '2'],
  );
  revoked.add('token-number-2').add('token-number-3');
  const refused = await call();
  t.like(refused, { kind: 'definite-failure', failure: { code: 'HTTP_401' } });
  t.is(target.requests.length, 5);
  t.is(tokens.requests.length, 3);
});

test('a token that was just made and is refused is not made again', async (t) => {
  const { call, tokens, target } = await world(t, { takes: () => false });
  t.like(await call(), { kind: 'definite-failure', failure: { code: 'HTTP_401' } });
  t.is(target.requests.length, 1);
  t.is(tokens.requests.length, 1);
});

test('without a token nothing is sent: a refusal is definite, what passes is tried again', async (t) => {
  const html = '<html>'.repeat(10);
  const cases: readonly (readonly [answer: { status?: number; body: unknown }, code: string, kind: Verdict['kind']])[] =
    [
      [{ status: 401, body: { error: 'invalid_client' } }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ status: 400, body: { error: 'invalid_scope' } }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ status: 302, body: html }, 'TOKEN_UNAVAILABLE', 'not-executed'],
      [{ body: html }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ body: { access_token: 'a\r\nx-evil: 1' } }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ body: { access_token: 'x'.repeat(20_000) } }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ body: { access_token: 'tok-12345', token_type: 'mac' } }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ body: ['access_token'] }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ body: null }, 'TOKEN_REFUSED', 'definite-failure'],
      [{ status: 429, body: {} }, 'TOKEN_UNAVAILABLE', 'not-executed'],
      [{ status: 503, body: {} }, 'TOKEN_UNAVAILABLE', 'not-executed'],
    ];
  for (const [answer, code, kind] of cases) {
    const { call, target } = await world(t, { token: () => answer });
    t.like(await call(), { kind, failure: { code } }, JSON.stringify(answer).slice(0, 80));
    t.is(target.connections(), 0);
  }
});

test('an endpoint for tokens that does not answer in time leaves the call unsent', async (t) => {
  const { call, target } = await world(t, { token: () => ({ body: {}, delayMs: 3_000 }) });
  t.like(await call({}, 300), { kind: 'not-executed', failure: { code: 'TOKEN_UNAVAILABLE' } });
  t.is(target.connections(), 0);
});

test('how long a token is good may be said in any way, or not at all', async (t) => {
  for (const [expires, calls] of [
    ['3600', 1],
    [undefined, 1],
    [-5, 1],
    ['soon', 1],
    [1e300, 1],
    [0, 2],
  ] as const) {
    const { call, tokens } = await world(t, {
      token: () => ({ body: { access_token: 'tok-12345', expires_in: expires } }),
    });
    t.is((await call()).kind, 'ok', String(expires));
    await call();
    t.is(tokens.requests.length, calls, String(expires));
  }
});

test('neither the secret of the client nor a token is in any verdict', async (t) => {
  const basic = Buffer.from(`pao+client:cs-7d%2F1%2B0b+e4`).toString('base64');
  for (const status of [200, 400, 500]) {
    const { call } = await world(t, {
      token: (_, { headers, body }) => ({
        status,
        body: {
          access_token: 'canary-token-55',
          error_description: `${body} ${headers.authorization} ${CLIENT_SECRET}`,
        },
      }),
      takes: () => status !== 200,
    });
    for (const clientAuthentication of ['basic', 'post']) {
      const verdict = JSON.stringify(await call({ clientAuthentication }));
      for (const canary of ['canary-token-55', CLIENT_SECRET, 'cs-7d%2F1%2B0b+e4', basic])
        t.false(verdict.includes(canary), `${status} ${canary}: ${verdict}`);
    }
  }
});

test('what is missing for a token is said before anything is sent', async (t) => {
  const { call, tokens } = await world(t);
  for (const [more, message] of [
    [{ tokenUrl: '/token' }, /tokenUrl: is not an absolute URL/],
    [{ secretRef: 'env:NOPE' }, /PAO_SECRET_NOPE/],
  ] as const) {
    await t.throwsAsync(call(more), { message });
  }
  t.is(tokens.connections(), 0);
  const forbidden = createRestApiAction({
    send: senderTo(t),
    secrets: createEnvironmentSecrets(new Map([['CLIENT', 'secret']])),
    now: () => new Date(),
  });
  const authentication = {
    type: 'oauth2-client-credentials',
    tokenUrl: tokens.url,
    clientId: 'c',
    secretRef: 'env:CLIENT',
  };
  const verdict = await tried(forbidden, {
    config: { endpoint: { url: 'https://example.com', method: 'POST' }, authentication },
  });
  t.is(failureOf(verdict).code, 'TOKEN_REFUSED');
  t.true(failureOf(verdict).message.includes('PAO_EGRESS_ALLOW'));
  t.is(tokens.connections(), 0);
});
