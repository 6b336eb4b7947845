import { createHmac, randomUUID } from 'node:crypto';
import { operations, receiveGithubWebhook, type WebhookAnswer } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { githubExamples, mutated, randomFrom } from './github-examples.ts';
import { createWorld } from './running-service.ts';

const SECRET = 'a secret of this test';
const NEXT_SECRET = 'the secret that follows it';

const signatureOf = (body: string | Uint8Array, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const PUSH = JSON.stringify({ ref: 'refs/heads/main', after: 'b'.repeat(40) });

const startHooked = async (t: ExecutionContext, webhookSecrets: readonly string[] = [SECRET]) => {
  const { start } = await createWorld(t);
  const { call, sync } = await start({ webhookSecrets: [...webhookSecrets] });
  const deliver = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) =>
    call<WebhookAnswer>('/webhooks/github', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signatureOf(body),
        ...headers,
      },
    });
  return { deliver, sync };
};

test('a signed push is accepted, a ping answered, another event ignored; the report lists them', async (t) => {
  const { deliver, sync } = await startHooked(t);
  const accepted = await deliver(PUSH, { 'x-github-delivery': 'd-1' });
  t.is(accepted.status, 202);
  t.is(accepted.body.data.outcome, 'accepted');
  receiveGithubWebhook.data.parse(accepted.body.data);
  const ping = await deliver('{"zen":"x"}', { 'x-github-delivery': 'd-2', 'x-github-event': 'ping' });
  t.is(ping.status, 200);
  t.is(ping.body.data.outcome, 'pong');
  const star = await deliver('{}', { 'x-github-delivery': 'd-3', 'x-github-event': 'star' });
  t.is(star.status, 202);
  t.is(star.body.data.outcome, 'ignored');
  const report = operations.getCatalogSync.data.parse(await sync());
  t.deepEqual(
    report.deliveries.map(({ id, event, outcome }) => `${id} ${event} ${outcome}`),
    ['d-3 star ignored', 'd-2 ping pong', 'd-1 push accepted'],
  );
});

test('a delivery that comes twice is accepted once', async (t) => {
  const { deliver, sync } = await startHooked(t);
  const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(PUSH, { 'x-github-delivery': 'd-1' })));
  t.deepEqual(answers.map(({ body }) => body.data.outcome).toSorted(), [
    'accepted',
    ...Array.from({ length: 4 }, () => 'repeated'),
  ]);
  t.true(answers.every(({ status }) => status === 202));
  t.is((await sync()).deliveries.length, 1);
});

test('what is not signed with a secret of ours is refused without a reason, and nothing of it is kept', async (t) => {
  const { deliver, sync } = await startHooked(t);
  const right = signatureOf(PUSH);
  const flipped = right.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  const wrong = [
    flipped,
    right.slice(0, -1),
    `${right}0`,
    right.replace('sha256=', 'sha1='),
    right.replace('sha256=', ''),
    `${right}, ${right}`,
    'sha256=',
    '',
    signatureOf(`${PUSH} `),
    signatureOf(PUSH, 'another secret altogether'),
    signatureOf(PUSH, ''),
  ];
  for (const signature of wrong) {
    const { status, body } = await deliver(PUSH, { 'x-hub-signature-256': signature });
    t.is(status, 401, signature);
    t.like(body.error, { code: 'UNAUTHENTICATED', message: 'The signature is not valid.', details: [] });
  }
  const sha1 = `sha1=${createHmac('sha1', SECRET).update(PUSH).digest('hex')}`;
  t.is((await deliver(PUSH, { 'x-hub-signature-256': '', 'x-hub-signature': sha1 })).status, 401);
  t.deepEqual((await sync()).deliveries, []);
});

test('every single flipped bit of a signature or a body is noticed', async (t) => {
  const { deliver } = await startHooked(t);
  const body = Buffer.from('{"a":1}');
  const digest = createHmac('sha256', SECRET).update(body).digest();
  for (let bit = 0; bit < digest.length * 8; bit += 1) {
    const altered = Buffer.from(digest);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.is((await deliver(body, { 'x-hub-signature-256': `sha256=${altered.toString('hex')}` })).status, 401);
  }
  for (let bit = 0; bit < body.length * 8; bit += 1) {
    const altered = Buffer.from(body);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.is((await deliver(altered, { 'x-hub-signature-256': signatureOf(body) })).status, 401);
  }
});

test('while a secret is replaced both are good; without one there is no webhook', async (t) => {
  const rotating = await startHooked(t, [NEXT_SECRET, SECRET]);
  for (const secret of [SECRET, NEXT_SECRET])
    t.is((await rotating.deliver(PUSH, { 'x-hub-signature-256': signatureOf(PUSH, secret) })).status, 202);
  const without = await startHooked(t, []);
  const { status, body } = await without.deliver(PUSH, { 'x-hub-signature-256': signatureOf(PUSH, '') });
  t.is(status, 404);
  t.regex(body.error.message, /PAO_CATALOG_WEBHOOK_SECRETS/);
});

test('a signed delivery that is no JSON or lacks a header is refused, and one that is too large', async (t) => {
  const { deliver } = await startHooked(t);
  for (const body of ['', '{', 'payload=%7B%7D', Buffer.from([0x22, 0xff, 0x22])]) {
    const answer = await deliver(body);
    t.is(answer.status, 400);
    t.is(answer.body.error.code, 'INVALID_JSON');
  }
  const headers: readonly Record<string, string>[] = [
    { 'x-github-event': '' },
    { 'x-github-event': 'Push me' },
    { 'x-github-delivery': '' },
    { 'x-github-delivery': "a'; drop" },
    { 'x-github-delivery': 'x'.repeat(101) },
  ];
  for (const one of headers) {
    const answer = await deliver(PUSH, one);
    t.is(answer.status, 400, JSON.stringify(one));
    t.is(answer.body.error.code, 'INVALID_REQUEST');
  }
  const large = Buffer.alloc(25 * 1_048_576 + 1, ' ');
  t.is((await deliver(large)).status, 413);
});

test('a payload is taken however large and deep it is, within the limit', async (t) => {
  const { deliver } = await startHooked(t);
  const deep = `{"ref":"refs/heads/main","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  t.is((await deliver(deep)).status, 202);
  const large = JSON.stringify({ ref: 'refs/heads/main', x: 'x'.repeat(20 * 1_048_576) });
  t.is((await deliver(large)).body.data.outcome, 'accepted');
});

test('every payload that GitHub shows is answered, also with members nulled, strange or gone', async (t) => {
  const { deliver, sync } = await startHooked(t);
  const random = randomFrom(20_261_121);
  const variants = process.env['PAO_DEEP'] ? 100 : 3;
  t.true(new Set(githubExamples.map(({ event }) => event)).size > 50);
  for (const { event, payload } of githubExamples) {
    const payloads = [payload, ...Array.from({ length: variants }, () => mutated(payload, random))];
    const answers = await Promise.all(payloads.map((one) => deliver(JSON.stringify(one), { 'x-github-event': event })));
    for (const [index, { status }] of answers.entries())
      t.is(status, event === 'ping' ? 200 : 202, `${event} ${JSON.stringify(payloads[index])}`);
  }
  t.is((await sync()).deliveries.length, 10);
});
