import { TransientError } from '@pao/kernel';
import test from 'ava';
import { createTestLogger, outgoing, until } from '../../test/messages.ts';
import {
  type Bus,
  createMemoryBus,
  createMemoryOutbox,
  createTopology,
  type OutboxReader,
  type OutgoingMessage,
  type Publisher,
  Relay,
  type RelayOptions,
} from '../index.ts';

const logger = createTestLogger();

const setUp = (options: Partial<RelayOptions> = {}) => {
  const bus = createMemoryBus(createTopology());
  const outbox = createMemoryOutbox();
  const relay = new Relay({ outbox, publisher: bus, logger, pollMs: 60_000, ...options });
  return { bus, outbox, relay };
};

const message = (body: string): OutgoingMessage => outgoing({ id: body, body, groupId: body.split('-')[0] ?? '' });

const drain = async (bus: Bus): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const got = await bus.receive({ queue: 'tasks-default', max: 10, waitSeconds: 0, visibilitySeconds: 30 });
    if (got.length === 0) return bodies;
    bodies.push(...got.map(({ body }) => body));
    await bus.delete(
      'tasks-default',
      got.map(({ receipt }) => receipt),
    );
  }
};

test('a kick publishes all rows, and they are gone', async (t) => {
  const { bus, outbox, relay } = setUp({ limit: 10 });
  relay.start();
  const bodies = Array.from({ length: 35 }, (_, index) => `a-${index}`);
  outbox.add(bodies.map(message));
  relay.kick();
  await until(() => outbox.rows().length === 0);
  outbox.add([message('a-last')]);
  relay.kick();
  await until(() => outbox.rows().length === 0);
  await relay.stop();
  t.deepEqual(await drain(bus), [...bodies, 'a-last']);
});

test('rows that nobody kicked for are found', async (t) => {
  const { bus, outbox, relay } = setUp({ pollMs: 20 });
  relay.start();
  await until(async () => (await bus.depth('tasks-default')).waiting === 0);
  outbox.add([message('a-1')]);
  await until(() => outbox.rows().length === 0);
  await relay.stop();
  t.deepEqual(await drain(bus), ['a-1']);
});

test('a kick that comes while rows are read or published is not lost', async (t) => {
  const { bus, outbox, relay } = setUp();
  relay.start();
  for (let index = 0; index < 200; index += 1) {
    outbox.add([message(`a-${index}`)]);
    relay.kick();
    for (let turns = index % 5; turns > 0; turns -= 1) await Promise.resolve();
  }
  await until(() => outbox.rows().length === 0);
  await relay.stop();
  t.deepEqual(
    await drain(bus),
    Array.from({ length: 200 }, (_, index) => `a-${index}`),
  );
});

test('a kick that comes while the outbox says it is empty is not lost', async (t) => {
  const { bus, outbox } = setUp();
  let late: OutgoingMessage[] = [message('a-1')];
  const reader: OutboxReader = {
    ...outbox,
    next: async (request) => {
      const rows = await outbox.next(request);
      if (rows.length > 0 || late.length === 0) return rows;
      outbox.add(late);
      late = [];
      relay.kick();
      return rows;
    },
  };
  const relay = new Relay({ outbox: reader, publisher: bus, logger, pollMs: 60_000 });
  relay.start();
  await until(() => late.length === 0 && outbox.rows().length === 0);
  await relay.stop();
  t.deepEqual(await drain(bus), ['a-1']);
});

/** A publisher that refuses some messages for a while, and the rest of their groups as the contract says. */
const refusing = (bus: Bus, refuses: (message: OutgoingMessage) => boolean, retryable = true): Publisher => ({
  publish: async (messages) => {
    const failed = new Set<string>();
    const failures = messages.filter((candidate) => {
      if (!failed.has(candidate.groupId) && !refuses(candidate)) return false;
      failed.add(candidate.groupId);
      return true;
    });
    const report = await bus.publish(messages.filter((candidate) => !failures.includes(candidate)));
    return { ...report, failures: failures.map(({ id }) => ({ id, message: 'refused', retryable })) };
  },
});

test('a group that fails waits and keeps its order, the others flow', async (t) => {
  const bus = createMemoryBus(createTopology());
  let refusals = 2;
  const publisher = refusing(bus, ({ id }) => id === 'a-1' && refusals-- > 0);
  const { outbox, relay } = setUp({ publisher });
  outbox.add(['a-1', 'b-1', 'a-2', 'b-2'].map(message));
  relay.start();
  await until(() => outbox.rows().length === 2);
  t.deepEqual(
    outbox.rows().map(({ id }) => id),
    ['a-1', 'a-2'],
  );
  outbox.add(['a-3', 'b-3'].map(message));
  relay.kick();
  await until(() => outbox.rows().length === 0);
  await relay.stop();
  const bodies = await drain(bus);
  t.deepEqual(
    bodies.filter((body) => body.startsWith('a')),
    ['a-1', 'a-2', 'a-3'],
  );
  t.deepEqual(
    bodies.filter((body) => body.startsWith('b')),
    ['b-1', 'b-2', 'b-3'],
  );
});

test('a message that can never be published is an error in the log and holds up its own group only', async (t) => {
  const bus = createMemoryBus(createTopology());
  const log = createTestLogger();
  const { outbox, relay } = setUp({ publisher: refusing(bus, ({ id }) => id === 'a-1', false), logger: log, limit: 2 });
  outbox.add(['a-1', 'a-2', 'a-3', 'b-1', 'b-2'].map(message));
  relay.start();
  await until(() => outbox.rows().length === 3);
  await relay.stop();
  t.deepEqual(
    outbox.rows().map(({ id }) => id),
    ['a-1', 'a-2', 'a-3'],
  );
  t.like(
    log.lines.find(({ level }) => level === 'error'),
    { fields: { event_id: 'a-1', reason: 'refused' } },
  );
});

test('when the bus was away and comes back, everything arrives in order', async (t) => {
  const bus = createMemoryBus(createTopology());
  let away = true;
  const { outbox, relay } = setUp({ publisher: refusing(bus, () => away), limit: 7 });
  const bodies = Array.from({ length: 40 }, (_, index) => `${'abcd'.charAt(index % 4)}-${index}`);
  outbox.add(bodies.map(message));
  relay.start();
  relay.kick();
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.is(outbox.rows().length, 40);
  away = false;
  await until(() => outbox.rows().length === 0);
  await relay.stop();
  const received = await drain(bus);
  for (const group of 'abcd') {
    const of = (all: readonly string[]) => all.filter((body) => body.startsWith(group));
    t.deepEqual(of(received), of(bodies));
  }
});

test('what was published before a crash is published again with the same ids, and arrives once', async (t) => {
  const { bus, outbox, relay } = setUp();
  outbox.add(['a-1', 'a-2'].map(message));
  let crashed = false;
  const reader: OutboxReader = {
    ...outbox,
    next: (request) => {
      if (request.published.length === 0 || crashed) return outbox.next(request);
      crashed = true;
      return Promise.reject(new TransientError('connection lost'));
    },
  };
  const first = new Relay({ outbox: reader, publisher: bus, logger });
  await t.throwsAsync(first.processOnce(), { instanceOf: TransientError });
  t.is(outbox.rows().length, 2);
  t.is(await relay.processOnce(), 2);
  t.is(outbox.rows().length, 0);
  t.deepEqual(await drain(bus), ['a-1', 'a-2']);
});

test('a relay that does not lead publishes nothing, wakes the leader, and takes over when it is gone', async (t) => {
  const { bus, outbox } = setUp();
  let leader = 0;
  const wakes: (() => void)[] = [];
  const reader = (number: number): OutboxReader => ({
    ...outbox,
    lead: async () => leader === number,
    notifyLeader: async () => wakes[leader]?.(),
    onNotified: (listener) => {
      wakes[number] = listener;
    },
  });
  const published: number[] = [];
  const relays = [0, 1].map((number) => {
    const publisher: Publisher = {
      publish: (messages) => {
        published.push(number);
        return bus.publish(messages);
      },
    };
    return new Relay({ outbox: reader(number), publisher, logger, pollMs: 60_000 });
  });
  for (const relay of relays) relay.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  outbox.add([message('a-1')]);
  relays[1]?.kick();
  await until(() => outbox.rows().length === 0);
  t.deepEqual(published, [0]);
  leader = 1;
  outbox.add([message('a-2')]);
  await until(() => outbox.rows().length === 0);
  t.deepEqual(published, [0, 1]);
  await Promise.all(relays.map((relay) => relay.stop()));
});

test('stop waits for what is being published and gives up the lead', async (t) => {
  const { bus, outbox } = setUp();
  const gate = Promise.withResolvers<void>();
  const steps: string[] = [];
  const publisher: Publisher = {
    publish: async (messages) => {
      steps.push('publishing');
      await gate.promise;
      steps.push('published');
      return bus.publish(messages);
    },
  };
  const reader = { ...outbox, release: async () => void steps.push('released') };
  const relay = new Relay({ outbox: reader, publisher, logger });
  outbox.add([message('a-1')]);
  relay.start();
  await until(() => steps.length === 1);
  const stopped = relay.stop();
  gate.resolve();
  await stopped;
  t.deepEqual(steps, ['publishing', 'published', 'released']);
});
