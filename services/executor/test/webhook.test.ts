import { createHmac } from 'node:crypto';
import type { Action, Look } from '@pao/executor-sdk';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { Json, JsonObject } from '@pao/kernel';
import { httpServer, tcpServer } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createWebhookAction } from '../src/adapters/webhook/action.ts';
import { NAME, prepared, refused, senderTo } from './support/effects.ts';

const KEY = Buffer.from('a key of thirty-two bytes, or so!');
const CALLBACK = 'https://pao.example.test/api/v1/callbacks/task-1/canary-of-the-callback';
const SECRETS = new Map([
  ['SIGNED', `whsec_${KEY.toString('base64')}`],
  ['RAW', 'canary-raw-secret'],
  ['BROKEN', 'whsec_canary?'],
  ['TOKEN', 'canary-token'],
]);

const NOW = new Date('2026-11-21T09:00:00.700Z');

const runnerFor = (t: ExecutionContext, ...targets: readonly { readonly port: number }[]) =>
  createWebhookAction({
    send: senderTo(t, ...targets),
    secrets: createEnvironmentSecrets(SECRETS),
    now: () => NOW,
  });

const ok = (t: ExecutionContext) => httpServer(t, (_request, response) => response.writeHead(202).end());

const sent = async (t: ExecutionContext, config: JsonObject, callbackUrl?: string) => {
  const target = await ok(t);
  const effect = await prepared(runnerFor(t, target), { config: { url: `${target.url}/hooks?key=1`, ...config } });
  const verdict = await effect.run({ name: NAME, remainingMs: 20_000, callbackUrl });
  t.is(target.requests.length, 1);
  const [request] = target.requests;
  if (request === undefined) throw new Error('nothing came');
  return { request, verdict, effect };
};

test('a message carries the name of its attempt and a signature that its receiver can check', async (t) => {
  for (const [name, key] of [
    ['SIGNED', KEY],
    ['RAW', Buffer.from('canary-raw-secret')],
  ] as const) {
    const { request, verdict } = await sent(t, { secretRef: `env:${name}`, payloadTemplate: { team: 'payments' } });
    const { headers, body } = request;
    t.like(request, { method: 'POST', url: '/hooks?key=1', body: '{"team":"payments"}' });
    t.is(headers['content-type'], 'application/json');
    t.is(headers['webhook-id'], NAME);
    t.is(headers['webhook-timestamp'], String(Math.floor(NOW.getTime() / 1_000)));
    const expected = createHmac('sha256', key).update(`${NAME}.${headers['webhook-timestamp'] as string}.${body}`);
    t.is(headers['webhook-signature'], `v1,${expected.digest('base64')}`);
    t.like(verdict, { kind: 'ok', offered: { status: 202 } });
  }
  const { request } = await sent(t, {});
  t.is(request.headers['webhook-signature'], undefined);
  t.like(request, { body: '{}' });
});

test('JSON that is written as a text goes out as it is written; another type takes any text', async (t) => {
  t.is((await sent(t, { payloadTemplate: '{ "a":  1 }' })).request.body, '{ "a":  1 }');
  const text = await sent(t, { payloadTemplate: 'a "quoted" line', contentType: 'text/plain' });
  t.is(text.request.body, 'a "quoted" line');
  t.is(text.request.headers['content-type'], 'text/plain');
});

test('the headers of the document go along, but for those of the message itself', async (t) => {
  const headers = { 'X-Team': 'payments', 'X-Token': { secretRef: 'env:TOKEN' }, 'Webhook-Id': 'mine' };
  const { request } = await sent(t, { headers });
  t.like(request.headers, { 'x-team': 'payments', 'x-token': 'canary-token', 'webhook-id': NAME });
});

test('whoever is waited for is told where to call back, in a header and in the payload', async (t) => {
  const { request, verdict } = await sent(
    t,
    { waitForCallback: true, payloadTemplate: '{"team":"payments"}' },
    CALLBACK,
  );
  t.is(request.headers['webhook-callback-url'], CALLBACK);
  t.deepEqual(JSON.parse(request.body), { team: 'payments', callbackUrl: CALLBACK });
  t.like(verdict, { kind: 'ok', next: { kind: 'callback', atMostMs: 86_400_000, state: { status: 202 } } });
  t.false(JSON.stringify(verdict).includes('canary'));

  const own = await sent(t, { waitForCallback: true, payloadTemplate: { callbackUrl: 'x' }, timeout: 60 }, CALLBACK);
  t.is(own.request.body, '{"callbackUrl":"x"}');
  t.like(own.verdict, { next: { atMostMs: 60_000 } });
  t.is((await sent(t, { waitForCallback: true, payloadTemplate: [1] }, CALLBACK)).request.body, '[1]');
  const unasked = await sent(t, {}, CALLBACK);
  t.is(unasked.request.headers['webhook-callback-url'], undefined);
  t.is(unasked.request.body, '{}');
});

test('without an address to call back nothing is sent, and the setting is named', async (t) => {
  const target = await ok(t);
  const effect = await prepared(runnerFor(t, target), { config: { url: target.url, waitForCallback: true } });
  const verdict = await effect.run({ name: NAME, remainingMs: 20_000 });
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'CALLBACK_UNAVAILABLE' } });
  t.true(verdict.kind !== 'ok' && verdict.failure.message.includes('PAO_PUBLIC_URL'));
  t.is(target.connections(), 0);
});

test('a message may be sent again only when the document says that its receiver knows it by its id', async (t) => {
  t.true((await sent(t, { deliver: 'at-least-once' })).effect.repeatable);
  t.false((await sent(t, {})).effect.repeatable);
  t.false((await sent(t, { deliver: 'at-most-once' })).effect.repeatable);
});

test('an answer that is none leaves the outcome unknown, and one message was sent', async (t) => {
  for (const answer of [
    '',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{',
    'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n',
  ]) {
    const target = await tcpServer(t, (socket) => socket.end(answer));
    const effect = await prepared(runnerFor(t, target), { config: { url: target.url } });
    t.is((await effect.run({ name: NAME, remainingMs: 20_000 })).kind, 'unknown', answer);
    t.is(target.requests(), 1);
  }
});

test('no secret that the target echoes is in a verdict, nor the address to call back', async (t) => {
  const signing = { 'env:RAW': 'canary-raw-secret', 'env:SIGNED': KEY.toString('base64') };
  for (const [secretRef, canary] of Object.entries(signing)) {
    for (const status of [200, 410, 500]) {
      const target = await httpServer(t, ({ headers, body }, response) => {
        response.writeHead(status, { 'content-type': 'text/plain', 'x-request-id': CALLBACK });
        response.end(`${JSON.stringify(headers)} ${body} ${canary}`);
      });
      const headers = { 'X-Token': { secretRef: 'env:TOKEN' } };
      const effect = await prepared(runnerFor(t, target), {
        config: { url: target.url, secretRef, headers, waitForCallback: true },
      });
      const verdict = JSON.stringify(await effect.run({ name: NAME, remainingMs: 20_000, callbackUrl: CALLBACK }));
      t.false(verdict.includes('canary'), verdict);
      t.false(verdict.includes(canary), verdict);
    }
  }
});

test('what makes no sense is found before anything is sent', async (t) => {
  const runner = runnerFor(t);
  const url = 'https://a.test/hooks';
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{}, 'CONFIG_INVALID', /^config\.url: /],
    [{ url: '/hooks' }, 'CONFIG_INVALID', /^config\.url: is not an absolute URL$/],
    [
      { url, payloadTemplate: '{"a": canary}' },
      'CONFIG_INVALID',
      /^config\.payloadTemplate: is declared as JSON and is none/,
    ],
    [{ url, contentType: 'a\nb' }, 'CONFIG_INVALID', /^config\.contentType: holds characters/],
    [{ url, headers: { 'X-A': 'a\r\nb' } }, 'CONFIG_INVALID', /^config\.headers\.X-A: /],
    [{ url, deliver: 'exactly-once' }, 'CONFIG_INVALID', /^config\.deliver: /],
    [{ url, surprise: 1 }, 'CONFIG_INVALID', /surprise/],
    [{ url, secretRef: 'env:BROKEN' }, 'SECRET_UNUSABLE', /env:BROKEN/],
    [{ url, secretRef: 'env:NOPE' }, 'SECRET_NOT_FOUND', /PAO_SECRET_NOPE/],
  ];
  for (const [config, code, message] of cases) {
    const failure = await refused(runner, { config });
    t.is(failure.code, code);
    t.regex(failure.message, message);
    t.false(JSON.stringify(failure).includes('canary'));
  }
});

const answered = async (t: ExecutionContext, body: Json, outputs: Record<string, string> = {}): Promise<Look> => {
  const config = { url: 'https://a.test/hooks', secretRef: 'env:RAW', waitForCallback: true };
  const { action }: { readonly action: Action } = commandOf({ action: { config, outputs } });
  const { look } = runnerFor(t);
  const point = { step: 'send', state: { status: 202 } };
  const answer = { kind: 'callback', body } as const;
  if (look === undefined) throw new Error('webhook does not look');
  return look(action, ['hunter2-canary'], point, { name: NAME, remainingMs: 1_000, late: false, answer });
};

test('a callback ends the task: with outputs, without anything, or with what is not understood', async (t) => {
  const outputs = { endpoint: 'db-1.test', 'not a name!': 1, port: 5432 };
  const report = { status: 'succeeded', outputs, message: 'done' };
  t.like(await answered(t, report), {
    kind: 'ok',
    result: { status: 202, message: 'done', outputs },
    offered: { status: 202, endpoint: 'db-1.test', port: 5432 },
  });
  const offered = await answered(t, report);
  t.false(offered.kind === 'ok' && 'not a name!' in offered.offered);
  for (const empty of [null, '', {}])
    t.like(await answered(t, empty), { kind: 'ok', result: { status: 202, outputs: {} } });
  for (const body of [
    'done',
    5,
    ['x'],
    { state: 'ok' },
    { status: 'succeeded', outputs: 'none' },
    { status: true },
  ] as Json[])
    t.deepEqual(((await answered(t, body)) as { result?: JsonObject }).result, { status: 202, outputs: {}, body });
});

test('a callback that says it failed ends the task so, in its words', async (t) => {
  const failed = await answered(t, { status: 'failed', message: 'no quota left', outputs: { a: 1 } });
  t.like(failed, { kind: 'definite-failure', failure: { code: 'CALLBACK_FAILED' } });
  t.true(failed.kind === 'definite-failure' && failed.failure.message.endsWith(': no quota left'));
  const long = await answered(t, { status: 'failed', message: 'x'.repeat(100_000), more: 'y'.repeat(100_000) });
  t.true(JSON.stringify(long).length < 6_000);
});

test('a secret that comes back with a callback goes no further', async (t) => {
  for (const status of ['succeeded', 'failed', 'whatever']) {
    const look = JSON.stringify(
      await answered(t, {
        status,
        message: 'hunter2-canary',
        outputs: { key: 'canary-raw-secret', b: 'hunter2-canary' },
      }),
    );
    t.false(look.includes('canary'), look);
  }
});

test('nobody who calls back in time leaves the outcome unknown', async (t) => {
  const { look } = runnerFor(t);
  const { action }: { readonly action: Action } = commandOf({
    action: { config: { url: 'https://a.test', timeout: 90 } },
  });
  const point = { step: 'send', state: { status: 202 } };
  const at = { name: NAME, remainingMs: 1_000 };
  t.like(await look?.(action, [], point, { ...at, late: true }), {
    kind: 'unknown',
    failure: { code: 'WAIT_TIMED_OUT' },
  });
  t.like(await look?.(action, [], point, { ...at, late: false }), {
    kind: 'callback',
    atMostMs: 90_000,
    state: { status: 202 },
  });
});
