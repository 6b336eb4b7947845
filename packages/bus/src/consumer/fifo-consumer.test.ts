import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import { away, createBus, createConsumer, emptied, QUEUE, send } from '../../test/consumers.ts';
import { createTestLogger, until } from '../../test/messages.ts';
import { type Bus, done, type IncomingMessage, retryLater } from '../index.ts';

test('of a group one message at a time and in order, of different groups as many as it may', async (t) => {
  const bus = createBus();
  const bodies = Array.from({ length: 300 }, (_, index) => `g${index % 30}-${index}`);
  await send(bus, bodies);
  const handled: string[] = [];
  const busy = new Set<string>();
  let most = 0;
  const consumer = createConsumer(bus, {
    concurrency: 7,
    handle: async ({ groupId, body }) => {
      t.false(busy.has(groupId));
      busy.add(groupId);
      most = Math.max(most, busy.size);
      await sleep(Math.random() * 4);
      busy.delete(groupId);
      handled.push(body);
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.is(most, 7);
  t.is(handled.length, bodies.length);
  for (let group = 0; group < 30; group += 1) {
    const of = (all: readonly string[]) => all.filter((body) => body.startsWith(`g${group}-`));
    t.deepEqual(of(handled), of(bodies));
  }
});

test('a message that has to wait is handled again without a delivery, before its group and beside the others', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'a-2', 'b-1']);
  const seen: string[] = [];
  let tries = 0;
  const consumer = createConsumer(bus, {
    concurrency: 1,
    handle: async ({ body, receiveCount }) => {
      seen.push(`${body}/${receiveCount}`);
      if (body !== 'a-1') return done;
      tries += 1;
      if (tries === 1) return retryLater(50);
      if (tries === 2) throw new TransientError('busy', { retryAfterMs: 1 });
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.deepEqual(seen, ['a-1/1', 'b-1/1', 'a-1/1', 'a-1/1', 'a-2/1']);
});

test('nothing is received while something more urgent is to be done', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  const urgent = Promise.withResolvers<void>();
  const seen: string[] = [];
  let asked = 0;
  const consumer = createConsumer(bus, {
    giveWay: () => {
      asked += 1;
      return urgent.promise;
    },
    handle: async ({ body }) => {
      seen.push(body);
      return done;
    },
  });
  consumer.start();
  await until(() => asked > 0);
  await sleep(20);
  t.deepEqual(seen, []);
  urgent.resolve();
  await until(emptied(bus));
  await consumer.stop();
  t.deepEqual(seen, ['a-1']);
});

test('an outage longer than all deliveries sends nothing to the dead letters', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  let tries = 0;
  const consumer = createConsumer(bus, {
    handle: async () => {
      tries += 1;
      if (tries <= 30) throw new TransientError('away', { retryAfterMs: 1 });
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.is(tries, 31);
  t.deepEqual(await bus.depth(`${QUEUE}-dlq`), { waiting: 0, inFlight: 0 });
});

test('a message whose handler fails is delivered again and in the end a dead letter; its group and others go on', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'b-1', 'a-2']);
  const log = createTestLogger();
  const seen: string[] = [];
  const delays: number[] = [];
  const consumer = createConsumer(bus, {
    logger: log,
    failureDelaySeconds: (receiveCount) => {
      delays.push(receiveCount);
      return 0;
    },
    handle: async ({ body, receiveCount }) => {
      seen.push(`${body}/${receiveCount}`);
      if (body === 'a-1') throw new Error('bug');
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.deepEqual(
    seen.filter((entry) => entry.startsWith('a-1')),
    ['a-1/1', 'a-1/2', 'a-1/3', 'a-1/4', 'a-1/5'],
  );
  t.deepEqual(delays, [1, 2, 3, 4]);
  t.true(seen.indexOf('b-1/1') < seen.indexOf('a-1/2'));
  t.is(seen.at(-1), 'a-2/5');
  t.is((await bus.depth(`${QUEUE}-dlq`)).waiting, 1);
  const errors = log.lines.filter(({ level }) => level === 'error');
  t.is(errors.length, 6);
  t.like(errors[0]?.fields, { queue: QUEUE, group_id: 'a', receive_count: 1 });
});

test('work longer than the visibility is not delivered to another consumer', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'a-2']);
  const seen: string[] = [];
  const handle = async ({ body, receiveCount }: IncomingMessage) => {
    seen.push(`${body}/${receiveCount}`);
    await sleep(body === 'a-1' ? 2_600 : 0);
    return done;
  };
  const consumers = [1, 2].map(() => createConsumer(bus, { visibilitySeconds: 1, handle }));
  for (const consumer of consumers) consumer.start();
  await until(emptied(bus));
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  t.deepEqual(seen, ['a-1/1', 'a-2/1']);
});

test('a waiting message stays ours beyond its visibility', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  const seen: number[] = [];
  const consumer = createConsumer(bus, {
    visibilitySeconds: 1,
    handle: async ({ receiveCount }) => (seen.push(receiveCount) === 1 ? retryLater(2_500) : done),
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.deepEqual(seen, [1, 1]);
});

test('a message delivered again while it is handled is not handled twice, and deleted by its newer receipt', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  const silent: Bus = { ...bus, changeVisibility: away };
  let handled = 0;
  const consumer = createConsumer(silent, {
    visibilitySeconds: 1,
    handle: async () => {
      handled += 1;
      await sleep(2_500);
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.is(handled, 1);
});

test('a waiting message that was lost to another delivery is forgotten', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  const refusing: Bus = { ...bus, changeVisibility: async (_queue, changes) => changes.map(({ receipt }) => receipt) };
  const seen: number[] = [];
  const consumer = createConsumer(refusing, {
    visibilitySeconds: 1,
    handle: async ({ receiveCount }) => {
      seen.push(receiveCount);
      return receiveCount === 1 ? retryLater(60_000) : done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  t.deepEqual(seen, [1, 2]);
});

test('a narrow consumer takes no more groups than it can handle at once', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'b-1', 'c-1', 'd-1', 'e-1']);
  const gate = Promise.withResolvers<void>();
  const started: string[] = [];
  const consumer = createConsumer(bus, {
    concurrency: 2,
    handle: async ({ body }) => {
      started.push(body);
      await gate.promise;
      return done;
    },
  });
  consumer.start();
  await until(() => started.length === 2);
  await sleep(50);
  t.deepEqual(await bus.depth(QUEUE), { waiting: 3, inFlight: 2 });
  gate.resolve();
  await until(emptied(bus));
  await consumer.stop();
});

test('when very many groups wait, no more are received until some go on', async (t) => {
  const bus = createBus();
  const groups = Array.from({ length: 130 }, (_, index) => `g${index}`);
  await send(
    bus,
    groups.map((group) => `${group}-1`),
  );
  let isAway = true;
  const handled = new Set<string>();
  const consumer = createConsumer(bus, {
    concurrency: 4,
    handle: async ({ body }) => {
      handled.add(body);
      return isAway ? retryLater(300) : done;
    },
  });
  consumer.start();
  await until(() => handled.size >= 100);
  await sleep(200);
  t.true(handled.size < 115);
  isAway = false;
  await until(emptied(bus));
  await consumer.stop();
  t.is(handled.size, groups.length);
});
