import test from 'ava';
import { type HttpExchange, type HttpOutcome, judgeExchange, retryAfterMs } from './http-outcome.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const answered = (status: number, more: object = {}): HttpExchange => ({
  kind: 'answered',
  status,
  headers: {},
  body: '',
  ...more,
});
const failed = (phase: 'before-send' | 'after-send', transient: boolean): HttpExchange => ({
  kind: 'failed',
  phase,
  code: 'X',
  message: 'x',
  transient,
});

const judged = (exchange: HttpExchange, expected?: readonly number[]) => judgeExchange(exchange, expected, NOW).kind;

const STATUS: readonly (readonly [HttpOutcome['kind'], readonly number[]])[] = [
  ['ok', [200, 201, 202, 204, 206]],
  ['definite-failure', [400, 401, 403, 404, 405, 406, 410, 412, 413, 415, 418, 422, 423, 424, 426, 428, 431, 451, 499]],
  ['definite-failure', [301, 307, 308]],
  ['not-executed', [425, 429]],
  ['unknown', [408, 409, 500, 501, 502, 503, 504, 507, 511, 599]],
  ['unknown', [101, 300, 302, 303, 304, 305, 600, 999]],
];

for (const [kind, statuses] of STATUS) {
  test(`${statuses.join(', ')}: ${kind}`, (t) => {
    for (const status of statuses) t.is(judged(answered(status)), kind, String(status));
  });
}

test('before the first byte nothing happened: safe to try again where that may help', (t) => {
  t.is(judged(failed('before-send', false)), 'definite-failure');
  t.is(judged(failed('before-send', true)), 'not-executed');
});

test('after the first byte nobody knows', (t) => {
  t.is(judged(failed('after-send', false)), 'unknown');
});

test('a success that broke off, is too large or cannot be decoded is no success, a refusal that broke off is one', (t) => {
  for (const incomplete of ['truncated', 'too-large', 'undecodable']) {
    t.is(judged(answered(201, { incomplete })), 'unknown');
    t.is(judged(answered(422, { incomplete })), 'definite-failure');
    t.is(judged(answered(500, { incomplete })), 'unknown');
  }
});

test('the document says which statuses are a success; another 2xx may have done something', (t) => {
  t.is(judged(answered(404), [200, 404]), 'ok');
  t.is(judged(answered(409), [201, 409]), 'ok');
  t.is(judged(answered(201), [201]), 'ok');
  t.is(judged(answered(200), [201]), 'unknown');
  t.is(judged(answered(422), [201]), 'definite-failure');
  t.is(judged(answered(201, { incomplete: 'truncated' }), [201]), 'unknown');
});

test('Retry-After is read as seconds or as a date', (t) => {
  t.is(retryAfterMs('3', NOW), 3_000);
  t.is(retryAfterMs('Fri, 20 Nov 2026 12:00:05 GMT', NOW), 5_000);
  t.is(retryAfterMs('Fri, 20 Nov 2026 11:00:00 GMT', NOW), 0);
  t.is(retryAfterMs('soon', NOW), undefined);
  t.is(retryAfterMs(undefined, NOW), undefined);
  const outcome = judgeExchange(answered(429, { headers: { 'retry-after': '2' } }), undefined, NOW);
  t.like(outcome, { kind: 'not-executed', code: 'HTTP_429', retryAfterMs: 2_000 });
});
