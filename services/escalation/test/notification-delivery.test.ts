import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createDeliveryStore, createSubscriptionStore } from '../src/adapters/postgres/notification-store.ts';
import { FAILURES_BEFORE_PAUSE } from '../src/core/domain/notifications/retry.ts';
import type { Facts, Occurrence, Subscription } from '../src/core/domain/notifications/subscription.ts';
import type { Message, Send, Told } from '../src/core/ports/notification-channel.ts';
import { createDeliver } from '../src/core/use-cases/notifications/deliver.ts';
import { createNotify } from '../src/core/use-cases/notifications/notify.ts';
import { newId } from './given.ts';

const migrations = new URL('../migrations/', import.meta.url);
const viewer = { tenantId: 'default', email: 'dev@example.test', teams: [], all: true };

const occurrenceAt = (occurredAt: Date): Occurrence => {
  const facts: Facts & { event: 'completed' } = {
    event: 'completed',
    request: { id: newId(), name: 'orders-db' },
    catalog: { id: 'database' },
    requestedBy: 'dev@example.test',
    occurredAt: occurredAt.toISOString(),
  };
  return { id: newId(), tenantId: 'default', occurredAt, facts };
};

const setup = async (t: ExecutionContext) => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'escalation-test' });
  t.teardown(() => database.close());
  const [store, subscriptions] = [createDeliveryStore(database), createSubscriptionStore(database)];
  const sent: Message[] = [];
  const answers: (Told | Error)[] = [];
  const send: Send = async (_destination, message) => {
    sent.push(message);
    const answer = answers.shift() ?? { kind: 'ok', answer: 'HTTP_200' };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const subscribe = async (settings: Partial<Subscription['settings']> = {}): Promise<Subscription> => {
    const subscription: Subscription = {
      id: newId(),
      tenantId: 'default',
      owner: 'dev@example.test',
      scope: { kind: 'own' },
      catalogId: null,
      requestId: null,
      events: ['completed'],
      channel: 'slack',
      target: 'hooks.example.test',
      sealed: 'sealed',
      settings: { name: 'mine', schedule: { kind: 'immediately' }, quietHours: null, template: null, ...settings },
      paused: null,
      failures: 0,
      createdAt: new Date(0),
    };
    await subscriptions.add(subscription, 1_000);
    return subscription;
  };
  const worker = (now: () => Date = () => new Date(), leaseMs = 90_000) =>
    createDeliver({
      store,
      send,
      open: () => ({ kind: 'slack', url: 'https://hooks.example.test/x' }),
      newId,
      now,
      random: () => 0,
      leaseMs,
    });
  const notify = (now = new Date()) => createNotify({ store, newId, now: () => now });
  return { database, store, subscriptions, sent, answers, subscribe, worker, notify };
};

const drain = async (deliver: ReturnType<typeof createDeliver>): Promise<void> => {
  while (await deliver(new AbortController().signal));
};

test('a process that ends between sending and recording: another sends again, under the same id', async (t) => {
  const { answers, sent, subscribe, worker, notify, store } = await setup(t);
  await subscribe();
  await notify()(occurrenceAt(new Date()));
  answers.push(new Error('killed'));
  await t.throwsAsync(worker(undefined, 200)(new AbortController().signal));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await drain(worker());
  t.is(sent.length, 2);
  t.is(sent[0]?.id, sent[1]?.id);
  t.like((await store.list(viewer, { limit: 10 }))[0], { status: 'delivered' });
});

test('a process whose lease is over records nothing any more', async (t) => {
  const { subscribe, notify, store } = await setup(t);
  await subscribe();
  await notify()(occurrenceAt(new Date()));
  const first = await store.lease(1, newId());
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await store.lease(90_000, newId());
  t.truthy(first && second);
  const ids = second?.deliveries.map(({ id }) => id) ?? [];
  const failed = { ids, status: 'failed', answer: 'HTTP_404', problem: 'x', dueAt: null } as const;
  if (first) await store.told(first, failed);
  t.like((await store.list(viewer, { limit: 10 }))[0], { status: 'waiting', tries: 0 });
  t.is(await store.lease(90_000, newId()), undefined);
});

test('what was held goes out in one message, and stays one message when it is tried again', async (t) => {
  const { answers, database, sent, subscribe, worker, notify } = await setup(t);
  await subscribe({ schedule: { kind: 'hourly' } });
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (let count = 0; count < 3; count += 1) await notify(hourAgo)(occurrenceAt(new Date()));
  answers.push({ kind: 'later', answer: 'HTTP_503', problem: 'It answered 503.' });
  await drain(worker());
  await notify(hourAgo)(occurrenceAt(new Date()));
  await database.query({ text: 'UPDATE notification_subscriptions SET next_at = now()' });
  await database.query({ text: 'UPDATE notification_deliveries SET due_at = now()' });
  await drain(worker());
  const counts = sent.map(({ id, facts }) => [id, facts.length] as const);
  t.is(counts.length, 3);
  t.deepEqual(
    counts.filter(([id]) => id === counts[0]?.[0]).map(([, count]) => count),
    [3, 3],
  );
});

test('a subscription that fails all the time is paused and says why; nothing waiting is lost', async (t) => {
  const { answers, sent, subscribe, subscriptions, worker, notify, store } = await setup(t);
  const { id } = await subscribe();
  for (let count = 0; count < FAILURES_BEFORE_PAUSE + 5; count += 1) {
    await notify()(occurrenceAt(new Date()));
    answers.push({ kind: 'refused', answer: 'HTTP_404', problem: 'It answered 404.' });
  }
  await drain(worker());
  t.is(sent.length, FAILURES_BEFORE_PAUSE);
  const { paused } = (await subscriptions.read('default', id)) ?? {};
  t.is(paused?.reason, `${FAILURES_BEFORE_PAUSE} failures in a row; the last: It answered 404.`);
  t.is((await store.list(viewer, { limit: 100, status: 'waiting' })).length, 5);
});

test('what nobody takes for a day expires', async (t) => {
  const { answers, subscribe, worker, notify, store } = await setup(t);
  await subscribe();
  await notify(new Date(Date.now() - 86_400_000 + 1_000))(occurrenceAt(new Date()));
  answers.push({ kind: 'later', answer: 'HTTP_503', problem: 'It answered 503.' });
  await drain(worker());
  t.like((await store.list(viewer, { limit: 10 }))[0], { status: 'expired', answer: 'HTTP_503' });
});

test('1,000 events for 20 subscriptions are told 20,000 times by four workers, each once', async (t) => {
  const { sent, subscribe, worker, notify } = await setup(t);
  await Promise.all(Array.from({ length: 20 }, () => subscribe()));
  const events = Array.from({ length: 1_000 }, () => occurrenceAt(new Date()));
  const tell = notify();
  for (let index = 0; index < events.length; index += 10) await Promise.all(events.slice(index, index + 10).map(tell));
  await Promise.all(events.slice(0, 10).map(tell));
  await Promise.all(Array.from({ length: 4 }, () => drain(worker())));
  t.is(sent.length, 20_000);
  t.is(new Set(sent.map(({ id }) => id)).size, 20_000);
});
