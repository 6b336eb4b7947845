import test from 'ava';
import { type ApiCall, runAgainst } from './api-server.fixture.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const SECRET = 'https://hooks.example/services/canary-1';

const subscription = (rest: object = {}) => ({
  ...{ id: ID, name: 'on call\u001b[2J', owner: 'dev@example.test', scope: { kind: 'team', team: 'dba' } },
  ...{ catalogId: 'database-x', requestId: null, events: ['failed', 'escalated'], template: null, failuresInARow: 0 },
  ...{ channel: { kind: 'slack', target: 'hooks.example' }, schedule: { kind: 'immediately' }, quietHours: null },
  ...{ paused: null, createdAt: AT, ...rest },
});

const delivery = {
  ...{ id: ID, subscriptionId: ID, event: 'failed', requestId: ID, about: {}, status: 'waiting', tries: 2 },
  ...{ answer: 'HTTP_429', problem: null, occurredAt: AT, dueAt: AT, endedAt: null },
};

const paused = { reason: 'it failed 20 times in a row', since: AT };
const pagination = { nextCursor: 'the-next', hasMore: true };

const answerTo = ({ method, path }: ApiCall) => {
  const isOfDelivery = path.startsWith('/notifications/deliveries');
  if (method === 'GET' && isOfDelivery) return { body: { data: [delivery], pagination } };
  if (method === 'GET') return { body: { data: [subscription(), subscription({ paused })], pagination } };
  if (method === 'DELETE') return { body: { data: { id: ID } } };
  if (path.endsWith('/test') || path.endsWith('/resend')) return { status: 202, body: { data: delivery } };
  return { body: { data: subscription(method === 'POST' ? { signingSecret: 'whsec_shown-once' } : {}) } };
};

const run = runAgainst(answerTo);

const bodyOf = ({ calls }: { readonly calls: readonly ApiCall[] }) => calls[0]?.body;

test('subscriptions are listed with what pauses them, and how to see more', async (t) => {
  const { code, out, calls } = await run(t, ['notify', 'list', '--limit', '2']);
  t.is(code, 0);
  t.is(calls[0]?.path, '/notifications/subscriptions?limit=2');
  t.regex(out, /slack hooks\.example +team dba, database-x +failed,escalated +on/);
  t.regex(out, /paused: it failed 20 times in a row/);
  t.regex(out, /--cursor the-next/);
  t.false(out.includes('\u001b'));
});

test('who subscribes is told of their own requests at once, unless they say otherwise', async (t) => {
  const plain = await run(t, ['notify', 'add', 'mine', '--email', 'a@example.test', 'b@example.test']);
  t.is(plain.code, 0, plain.errors);
  t.deepEqual(bodyOf(plain), {
    ...{ name: 'mine', channel: { kind: 'email', to: ['a@example.test', 'b@example.test'] } },
    ...{ schedule: { kind: 'immediately' }, scope: { kind: 'own' } },
    events: ['failed', 'approval-wanted', 'approval-reminder', 'escalated', 'completed'],
  });
  t.regex(plain.out, /signing secret, shown only now: whsec_shown-once[\s\S]*devctl notify test/);
  const args = ['--webhook', 'https://hooks.example/x', '--team', 'dba', '--events', 'failed,aborted'];
  const digest = ['--daily-at', '08:30', '--time-zone', 'Europe/Berlin', '--item', 'database-x'];
  t.deepEqual(bodyOf(await run(t, ['notify', 'add', 'ours', ...args, ...digest])), {
    ...{ name: 'ours', channel: { kind: 'webhook', url: 'https://hooks.example/x' }, events: ['failed', 'aborted'] },
    schedule: { kind: 'daily', at: '08:30', timeZone: 'Europe/Berlin' },
    ...{ scope: { kind: 'team', team: 'dba' }, catalogId: 'database-x' },
  });
});

test('a secret address comes from the environment, and is printed nowhere', async (t) => {
  const environment = { PAO_NOTIFY_URL: SECRET };
  const added = await run(t, ['notify', 'add', 'us', '--slack', '-', '--all', '--hourly'], { environment });
  t.like(bodyOf(added), {
    ...{ channel: { kind: 'slack', url: SECRET }, scope: { kind: 'all' }, schedule: { kind: 'hourly' } },
  });
  t.false(`${added.out}${added.errors}`.includes('canary'));
  const unset = await run(t, ['notify', 'add', 'us', '--slack', '-']);
  t.is(unset.code, 2);
  t.regex(unset.errors, /PAO_NOTIFY_URL, which is not set/);
});

test('without a channel, or with two, nothing is sent', async (t) => {
  for (const channels of [[], ['--slack', SECRET, '--email', 'a@example.test']]) {
    const { code, calls, errors } = await run(t, ['notify', 'add', 'us', ...channels]);
    t.is(code, 2);
    t.deepEqual(calls, []);
    t.regex(errors, /one of --slack, --webhook and --email/);
  }
});

test('a subscription is tried, goes on after a pause, and ends', async (t) => {
  const sent = [];
  for (const command of ['test', 'resume', 'remove', 'resend']) {
    const { code, calls, errors } = await run(t, ['notify', command, ID]);
    t.is(code, 0, errors);
    sent.push(...calls.map(({ method, path, body }) => [method, path, body]));
  }
  const path = `/notifications/subscriptions/${ID}`;
  t.deepEqual(sent, [
    ['POST', `${path}/test`, undefined],
    ['PATCH', path, { paused: false }],
    ['DELETE', path, undefined],
    ['POST', `/notifications/deliveries/${ID}/resend`, undefined],
  ]);
});

test('what was told is listed by subscription and status, with what the last try met', async (t) => {
  const { out, calls } = await run(t, ['notify', 'deliveries', '--subscription', ID, '--status', 'waiting']);
  t.is(calls[0]?.path, `/notifications/deliveries?limit=50&subscriptionId=${ID}&status=waiting`);
  t.regex(out, /failed +\S+ +waiting +2 +HTTP_429/);
  t.is((await run(t, ['notify', 'deliveries', '--status', 'lost'])).code, 2);
  const { out: json } = await run(t, ['notify', 'deliveries'], { json: true });
  t.like(JSON.parse(json), { data: [delivery], pagination });
});
