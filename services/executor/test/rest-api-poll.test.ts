import type { ServerResponse } from 'node:http';
import type { Action, ActionState, Look, Success } from '@pao/executor-sdk';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createRestApiAction } from '../src/adapters/rest-api/action.ts';
import { NAME, refused, senderTo, tried } from './support/effects.ts';

type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const SECRET = 'canary-secret-90';

interface WorldOptions {
  readonly poll?: JsonObject;
  readonly outputs?: Record<string, string>;
  readonly first?: Answer;
}

/** A target that begins something, and answers to polls one after the other as told; the last one again and again. */
const world = async (
  t: ExecutionContext,
  answers: readonly Answer[],
  { poll, outputs = {}, first }: WorldOptions = {},
) => {
  let asked = 0;
  const target = await httpServer(t, (request, response) => {
    if (request.method === 'POST') return (first ?? json(202, { id: 'db-1', secret: SECRET }))(response, request);
    const answer = answers[Math.min(asked, answers.length - 1)] ?? json(500, {});
    asked += 1;
    return answer(response, request);
  });
  const clock = { ms: Date.parse('2026-11-21T09:00:00Z') };
  const runner = createRestApiAction({
    send: senderTo(t, target),
    secrets: createEnvironmentSecrets(new Map([['TOKEN', SECRET]])),
    now: () => new Date(clock.ms),
  });
  const config = {
    endpoint: { url: `${target.url}/v1/things`, method: 'POST' },
    body: { type: 'json', contentTemplate: { name: 'orders' } },
    headers: { 'X-Team': 'payments' },
    authentication: { type: 'bearer', secretRef: 'env:TOKEN' },
    poll: { url: '/v1/things/db-1', until: "body.state == 'ready'", ...poll },
  };
  const { action }: { readonly action: Action } = commandOf({ action: { config, outputs } });
  const begin = async (): Promise<Success> => {
    const verdict = await tried(runner, action);
    if (verdict.kind !== 'ok') throw new Error(JSON.stringify(verdict));
    return verdict;
  };
  const look = (state: ActionState, { late = false } = {}): Promise<Look> => {
    if (runner.look === undefined) throw new Error('rest-api does not look');
    return runner.look(action, [], { step: 'call', state }, { name: NAME, remainingMs: 20_000, late });
  };
  /** Looks as often as there is reason to, at most so often. */
  const follow = async (most = 10): Promise<Look> => {
    let at: Look | Success['next'] = (await begin()).next;
    for (let looks = 0; looks < most && at?.kind === 'check'; looks += 1) at = await look(at.state);
    if (at === undefined) throw new Error('it did not wait');
    return at;
  };
  return { target, clock, runner, action, begin, look, follow };
};

test('after the call the task waits, and keeps no secret', async (t) => {
  const { begin, target } = await world(t, []);
  const { next } = await begin();
  t.like(next, { kind: 'check', afterMs: 10_000, atMostMs: 3_600_000, url: `${target.url}/v1/things/db-1` });
  t.true(JSON.stringify(next).includes('db-1'));
  t.false(JSON.stringify(next).includes(SECRET));
  t.is(target.requests.length, 1);
});

test('it is over once the condition is true of an answer; the first answer is in the result as created', async (t) => {
  const { follow, target } = await world(t, [
    json(200, { state: 'creating' }),
    json(200, { state: 'ready', endpoint: 'db-1.test' }, { 'x-arn': 'arn:1' }),
  ]);
  const done = await follow();
  t.like(done, {
    kind: 'ok',
    result: { status: 200, body: { endpoint: 'db-1.test' }, created: { status: 202, body: { id: 'db-1' } } },
    offered: { body: { endpoint: 'db-1.test' } },
  });
  const [, look] = target.requests;
  t.is(target.requests.length, 3);
  t.like(look, { method: 'GET', url: '/v1/things/db-1', body: '' });
  t.like(look?.headers, { authorization: `Bearer ${SECRET}`, 'x-team': 'payments' });
  t.is(look?.headers['content-type'], undefined);
  t.is(look?.headers['idempotency-key'], undefined);
  t.false(JSON.stringify(done).includes(SECRET));
});

test('a document that picks its outputs offers nothing else', async (t) => {
  const done = await (await world(t, [json(200, { state: 'ready' })], { outputs: { id: 'created.body.id' } })).follow();
  t.true(done.kind === 'ok' && done.next === undefined);
  t.deepEqual(done.kind === 'ok' && done.offered, { status: 200 });
});

test('what passes is looked at again: nothing yet, errors of the server, answers that break off or are none', async (t) => {
  const passing: Answer[] = [
    json(200, { state: 'creating' }),
    json(503, { state: 'ready' }),
    json(429, { state: 'ready' }, { 'retry-after': '120' }),
    (response) => response.socket?.resetAndDestroy(),
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"state":"ready"'),
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"state":"ready"}', () => response.socket?.destroy());
    },
    json(200, null),
    json(200, ['ready']),
    json(404, { state: 'ready' }),
    json(404, { state: 'ready' }),
    json(200, { state: 'creating' }),
    json(404, { state: 'ready' }),
    json(200, { state: 'ready' }),
  ];
  const { follow, target } = await world(t, passing);
  t.like(await follow(20), { kind: 'ok', result: { status: 200 } });
  t.is(target.requests.length, 1 + passing.length);
});

test('how long the target asks to wait is respected', async (t) => {
  const { begin, look } = await world(t, [json(429, {}, { 'retry-after': '120' })], { poll: { interval: 5 } });
  const { next } = await begin();
  t.like(next, { afterMs: 5_000 });
  t.like(next?.kind === 'check' && (await look(next.state)), { kind: 'check', afterMs: 120_000 });
});

test('an answer that refuses the look, three times in a row, ends it as unknown, with what was seen', async (t) => {
  const refusals: readonly (readonly [Answer, RegExp])[] = [
    [json(404, { message: 'no such thing' }), /404/],
    [json(403, { message: 'no such thing' }), /403/],
    [(response) => response.writeHead(302, { location: 'http://127.0.0.1:1/no such thing' }).end(), /302/],
  ];
  for (const [answer, told] of refusals) {
    const { follow, target } = await world(t, [answer]);
    const ending = await follow();
    t.like(ending, { kind: 'unknown', failure: { code: 'POLL_REFUSED' } });
    t.regex(ending.kind === 'unknown' ? ending.failure.message : '', told);
    t.true(JSON.stringify(ending).includes('no such thing'));
    t.is(target.requests.length, 4);
  }
});

test('an answer that is too large is no reason to look for ever', async (t) => {
  const { follow } = await world(t, [(response) => response.writeHead(200).end(Buffer.alloc(2_000_000, 'x'))]);
  t.like(await follow(), { kind: 'unknown', failure: { code: 'POLL_REFUSED' } });
});

test('an answer that is no success counts for a condition that speaks of the status', async (t) => {
  const gone = await world(t, [json(200, {}), json(404, {})], { poll: { until: 'status == `404`' } });
  t.like(await gone.follow(), { kind: 'ok', result: { status: 404 } });
  const broken = await world(t, [json(404, { error: 'x' })], { poll: { until: "body.status != 'creating'" } });
  t.like(await broken.follow(), { kind: 'unknown' });
});

test('a failure that the document recognises is definite', async (t) => {
  const poll = { failWhen: "body.state == 'failed'" };
  const { follow } = await world(t, [json(200, { state: 'failed', reason: `quota, said ${SECRET}` })], { poll });
  const failed = await follow();
  t.like(failed, { kind: 'definite-failure', failure: { code: 'POLL_FAILED' } });
  t.true(JSON.stringify(failed).includes('quota'));
  t.false(JSON.stringify(failed).includes(SECRET));
});

test('when time is over, the last look decides', async (t) => {
  const late = await world(t, [json(200, { state: 'creating' })], { poll: { timeout: 60 } });
  const { next } = await late.begin();
  if (next?.kind !== 'check') throw new Error('it does not wait');
  t.is(next.atMostMs, 60_000);
  late.clock.ms += 20_000;
  t.like(await late.look(next.state), { kind: 'check', atMostMs: 40_000 });
  t.like(await late.look(next.state, { late: true }), { kind: 'unknown', failure: { code: 'WAIT_TIMED_OUT' } });
  late.clock.ms += 41_000;
  t.like(await late.look(next.state), { kind: 'unknown', failure: { code: 'WAIT_TIMED_OUT' } });
  const ready = await world(t, [json(200, { state: 'ready' })]);
  const begun = (await ready.begin()).next;
  t.is(begun?.kind === 'check' && (await ready.look(begun.state, { late: true })).kind, 'ok');
});

test('a first answer that is large is not kept whole', async (t) => {
  const first = json(202, { blob: 'x'.repeat(500_000) });
  const { begin } = await world(t, [], { first });
  const { next } = await begin();
  t.true(JSON.stringify(next).length < 2_000);
  t.like(next, { state: { created: { status: 202, bodyOmitted: true } } });
});

test('a call that fails does not wait', async (t) => {
  const { runner, action } = await world(t, [], { first: json(422, {}) });
  t.like(await tried(runner, action), { kind: 'definite-failure' });
});

test('a poll that makes no sense is found before anything is sent', async (t) => {
  const { runner, action, target } = await world(t, []);
  const cases: readonly (readonly [JsonObject, RegExp])[] = [
    [{ until: 'body.[' }, /^config\.poll\.until: /],
    [{ failWhen: 'a ==' }, /^config\.poll\.failWhen: /],
    [{ url: 'http://[' }, /^config\.poll\.url: is not a URL$/],
    [{ interval: 0 }, /^config\.poll\.interval: /],
    [{ timeout: 1_000_000 }, /^config\.poll\.timeout: /],
    [{ every: 5 }, /every/],
  ];
  for (const [more, message] of cases) {
    const config = { ...action.config, poll: { ...(action.config['poll'] as JsonObject), ...more } };
    const failure = await refused(runner, { config });
    t.is(failure.code, 'CONFIG_INVALID');
    t.regex(failure.message, message);
  }
  t.is(target.connections(), 0);
});

test('an address that may not be polled is not called', async (t) => {
  const hidden = await httpServer(t, (_request, response) => response.end('{}'));
  const { follow } = await world(t, [], { poll: { url: `${hidden.url}/metadata` } });
  t.like(await follow(), { kind: 'unknown', failure: { code: 'POLL_REFUSED' } });
  t.is(hidden.connections(), 0);
});
