import test, { type ExecutionContext } from 'ava';
import { eventually } from '../eventually.ts';
import { startFakeRestApi } from './rest-api.ts';
import { rateLimited, replyWith } from './server.ts';

const start = async (t: ExecutionContext) => {
  const api = await startFakeRestApi();
  t.teardown(() => api.close());
  const post = (path = '/things', headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(`${api.url}${path}`, { method: 'POST', headers, body: '{"name":"a"}', ...(signal ? { signal } : {}) });
  return { api, post };
};

test('every call is on record with all that was sent, and creates something', async (t) => {
  const { api, post } = await start(t);
  const response = await post('/things?x=1', { 'x-note': 'n' });
  t.is(response.status, 201);
  t.deepEqual(await response.json(), { id: 'r-1' });
  const [call] = api.calls;
  t.like(call, { method: 'POST', path: '/things', text: '{"name":"a"}' });
  t.is(call?.query.get('x'), '1');
  t.is(call?.headers['x-note'], 'n');
  t.true(call?.at instanceof Date);
  t.is(api.effects.length, 1);
});

test('calls with one Idempotency-Key have one effect and one answer', async (t) => {
  const { api, post } = await start(t);
  const key = { 'idempotency-key': 'k1' };
  const answers = [await post('/things', key), await post('/things', key)];
  t.deepEqual(await Promise.all(answers.map((answer) => answer.json())), [{ id: 'r-1' }, { id: 'r-1' }]);
  t.is(api.calls.length, 2);
  t.deepEqual(
    api.effects.map(({ idempotencyKey }) => idempotencyKey),
    ['k1'],
  );
});

test('planned answers come once each, without an effect, and then all is as before', async (t) => {
  const { api, post } = await start(t);
  api.next(replyWith(503, { message: 'down' }), rateLimited(7));
  t.is((await post()).status, 503);
  const limited = await post();
  t.is(limited.status, 429);
  t.is(limited.headers.get('retry-after'), '7');
  t.is(api.effects.length, 0);
  t.is((await post()).status, 201);
});

test('an answer can be lost although the work was done: reset, cut off, or never sent', async (t) => {
  const { api, post } = await start(t);
  api.next({ kind: 'reset' });
  await t.throwsAsync(post());
  api.next({ kind: 'reset', afterBytes: 40 });
  await t.throwsAsync(post().then((response) => response.text()));
  api.next({ kind: 'truncate' });
  const cut = await post();
  t.is(cut.status, 201);
  await t.throwsAsync(cut.text());
  api.next({ kind: 'hang' });
  const leaving = new AbortController();
  const unanswered = t.throwsAsync(post('/things', {}, leaving.signal));
  await eventually(() => api.effects.length === 4);
  leaving.abort();
  await unanswered;
  t.is(api.effects.length, 4);
  api.next({ kind: 'reset', effect: false });
  await t.throwsAsync(post());
  t.is(api.effects.length, 4);
});
