import test from 'ava';
import { away, createBus, createConsumer, emptied, QUEUE, send } from '../../test/consumers.ts';
import { outgoing, until } from '../../test/messages.ts';
import { type Bus, done, retryLater } from '../index.ts';

test('stop lets a running handler end, starts no other and gives back the rest', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'a-2', 'b-1']);
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const consumer = createConsumer(bus, {
    handle: async ({ body }) => {
      seen.push(body);
      if (body.startsWith('b')) return retryLater(0.1);
      await gate.promise;
      return done;
    },
  });
  consumer.start();
  await until(() => seen.includes('a-1') && seen.includes('b-1'));
  const stopped = consumer.stop();
  gate.resolve();
  await stopped;
  const handled = seen.length;
  t.false(seen.includes('a-2'));
  await until(async () => (await bus.depth(QUEUE)).waiting === 2);
  const left = await bus.receive({ queue: QUEUE, max: 10, waitSeconds: 0, visibilitySeconds: 30 });
  t.deepEqual(left.map(({ body }) => body).toSorted(), ['a-2', 'b-1']);
  t.is(seen.length, handled);
});

test('dead letters that fail again stay where they are', async (t) => {
  const bus = createBus();
  await bus.publish([outgoing({ destination: `queue:${QUEUE}-dlq` })]);
  const seen: number[] = [];
  const consumer = createConsumer(bus, {
    queue: `${QUEUE}-dlq`,
    failureDelaySeconds: () => 0,
    handle: async ({ receiveCount }) => {
      seen.push(receiveCount);
      if (receiveCount < 8) throw new Error('bug');
      return done;
    },
  });
  consumer.start();
  await until(() => seen.length === 8);
  await consumer.stop();
  t.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('dead letters can wait for the bus', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  let failures = 1;
  const flaky: Bus = {
    ...bus,
    moveToDeadLetters: (queue, message) => (failures-- > 0 ? away() : bus.moveToDeadLetters(queue, message)),
  };
  const consumer = createConsumer(flaky, {
    maxReceiveCount: 2,
    failureDelaySeconds: () => 0,
    handle: async () => {
      throw new Error('bug');
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  const [letter] = await bus.receive({ queue: `${QUEUE}-dlq`, max: 10, waitSeconds: 0, visibilitySeconds: 1 });
  t.is(letter?.body, 'a-1');
});

test('a bus that is away is asked again, and then everything goes on', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1']);
  const failures = { receive: 3, delete: 1 };
  const flaky: Bus = {
    ...bus,
    receive: (request) => (failures.receive-- > 0 ? away() : bus.receive(request)),
    delete: (queue, receipts) => (failures.delete-- > 0 ? away() : bus.delete(queue, receipts)),
  };
  let handled = 0;
  const consumer = createConsumer(flaky, {
    visibilitySeconds: 1,
    handle: async () => {
      handled += 1;
      return done;
    },
  });
  consumer.start();
  await until(emptied(bus));
  await consumer.stop();
  // The first delete was lost, so the message came again.
  t.is(handled, 2);
});

test('processOnce settles what one receive brings', async (t) => {
  const bus = createBus();
  await send(bus, ['a-1', 'a-2', 'b-1', 'c-1']);
  const consumer = createConsumer(bus, {
    handle: async ({ body }) => {
      if (body === 'b-1') return retryLater(0);
      if (body === 'c-1') throw new Error('bug');
      return done;
    },
  });
  t.is(await consumer.processOnce(), 4);
  t.deepEqual(await bus.depth(QUEUE), { waiting: 1, inFlight: 1 });
  t.is(await consumer.processOnce(), 1);
});
