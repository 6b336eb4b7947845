import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import {
  type Bus,
  createTopology,
  done,
  FifoConsumer,
  type IncomingMessage,
  type OutgoingMessage,
  type ReceivedMessage,
  type Topology,
} from '../src/index.ts';
import { createTestLogger, outgoing, until } from './messages.ts';

export interface OpenedBus {
  readonly bus: Bus;
  readonly close: () => Promise<void>;
}

export type OpenBus = (topology: Topology) => Promise<OpenedBus>;

const TASKS = 'tasks-default';

const receive = (bus: Bus, request: { queue?: string; max?: number; wait?: number; visibility?: number } = {}) =>
  bus.receive({
    queue: request.queue ?? TASKS,
    max: request.max ?? 10,
    waitSeconds: request.wait ?? 0,
    visibilitySeconds: request.visibility ?? 30,
  });
const publishAll = async (t: ExecutionContext, bus: Bus, messages: readonly OutgoingMessage[]): Promise<void> => {
  t.deepEqual(await bus.publish(messages), { accepted: messages.map(({ id }) => id), failures: [] });
};
/** Receives and deletes until nothing comes. */
const drain = async (bus: Bus, queue = TASKS): Promise<readonly ReceivedMessage[]> => {
  const all: ReceivedMessage[] = [];
  for (let got = await receive(bus, { queue }); got.length > 0; got = await receive(bus, { queue })) {
    all.push(...got);
    await bus.delete(
      queue,
      got.map(({ receipt }) => receipt),
    );
  }
  return all;
};

/** What every bus promises, whatever it is made of. */
export const busContract = (test: TestFn, open: OpenBus): void => {
  const withBus = (title: string, run: (t: ExecutionContext, bus: Bus) => Promise<void>): void => {
    test(title, async (t) => {
      const opened = await open(createTopology({ prefix: `t${randomUUID().slice(0, 8)}` }));
      try {
        await run(t, opened.bus);
      } finally {
        await opened.close();
      }
    });
  };
  withBus('a message arrives with all that it was sent with', async (t, bus) => {
    const sent = outgoing({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    const before = Date.now();
    await publishAll(t, bus, [sent]);
    const [received] = await receive(bus);
    t.is(received?.body, sent.body);
    t.is(received?.type, sent.type);
    t.is(received?.groupId, sent.groupId);
    t.is(received?.dedupId, sent.dedupId);
    t.is(received?.traceparent, sent.traceparent);
    t.is(received?.receiveCount, 1);
    t.true(Math.abs((received?.sentAt.getTime() ?? 0) - before) < 60_000);
    await publishAll(t, bus, [outgoing({ groupId: 'g2' })]);
    const [untraced] = await receive(bus);
    t.false('traceparent' in (untraced ?? {}));
  });

  withBus('a body keeps every character JSON can hold', async (t, bus) => {
    const text = 'tab\t nul\u0000 🙂 \ufffe\uffff lone \ud83d \\ "q" </x>&amp;\u007f\u2028';
    const body = JSON.stringify({ text });
    await publishAll(t, bus, [
      outgoing({ body, groupId: 'a' }),
      outgoing({ body, groupId: 'b', destination: 'topic:catalog-events' }),
    ]);
    for (const queue of [TASKS, 'request-inbox']) {
      t.deepEqual(
        (await drain(bus, queue)).map((message) => JSON.parse(message.body)),
        [{ text }],
      );
    }
  });

  withBus('a topic reaches the queues whose subscription names the type, and no others', async (t, bus) => {
    await publishAll(t, bus, [
      outgoing({ destination: 'topic:task-events', type: 'task-started.v1', groupId: 'a' }),
      outgoing({ destination: 'topic:task-events', type: 'task-failed.v1', groupId: 'a' }),
      outgoing({ destination: 'topic:task-events', type: 'nobody-wants.v1', groupId: 'a' }),
      outgoing({ destination: 'topic:catalog-events', type: 'catalog-item-published.v1', groupId: 'b' }),
    ]);
    const types = async (queue: string) => (await drain(bus, queue)).map(({ type }) => type).toSorted();
    t.deepEqual(await types('request-inbox'), ['catalog-item-published.v1', 'task-failed.v1', 'task-started.v1']);
    t.deepEqual(await types('escalation-inbox'), ['task-failed.v1']);
    t.deepEqual(await types('executor-inbox'), []);
    t.deepEqual(await types(TASKS), []);
  });

  withBus('messages of one group come in the order they were sent, also over several calls', async (t, bus) => {
    const sent = Array.from({ length: 23 }, (_, index) => outgoing({ body: `${index}`, groupId: `g${index % 2}` }));
    await publishAll(t, bus, sent.slice(0, 12));
    await publishAll(t, bus, sent.slice(12));
    const received = await drain(bus);
    t.is(received.length, 23);
    for (const group of ['g0', 'g1']) {
      const bodies = (messages: readonly { groupId: string; body: string }[]) =>
        messages.filter(({ groupId }) => groupId === group).map(({ body }) => body);
      t.deepEqual(bodies(received), bodies(sent));
    }
  });

  withBus(
    'while a message is out, no other receive returns one of its group, but those of other groups',
    async (t, bus) => {
      const [first, second, other] = [outgoing(), outgoing(), outgoing({ groupId: 'g2' })];
      await publishAll(t, bus, [first]);
      const [held] = await receive(bus);
      await publishAll(t, bus, [second, other]);
      const around = await receive(bus);
      t.deepEqual(
        around.map(({ body }) => body),
        [other.body],
      );
      t.deepEqual(await bus.delete(TASKS, [held?.receipt ?? '']), []);
      t.deepEqual(
        (await receive(bus)).map(({ body }) => body),
        [second.body],
      );
    },
  );

  withBus(
    'what is not deleted comes again when its visibility ends, counted, and before the rest of its group',
    async (t, bus) => {
      const [first, second] = [outgoing(), outgoing()];
      await publishAll(t, bus, [first]);
      t.is((await receive(bus, { visibility: 1 })).length, 1);
      await publishAll(t, bus, [second]);
      const [again] = await receive(bus, { wait: 5, max: 1 });
      t.is(again?.body, first.body);
      t.is(again?.receiveCount, 2);
    },
  );

  withBus('a visibility can be ended at once and extended, and a stale receipt changes nothing', async (t, bus) => {
    await publishAll(t, bus, [outgoing()]);
    const [first] = await receive(bus, { visibility: 30 });
    const stale = first?.receipt ?? '';
    t.deepEqual(await bus.changeVisibility(TASKS, [{ receipt: stale, seconds: 0 }]), []);
    const [second] = await receive(bus, { visibility: 1 });
    t.is(second?.messageId, first?.messageId);
    t.deepEqual(await bus.changeVisibility(TASKS, [{ receipt: second?.receipt ?? '', seconds: 30 }]), []);
    t.deepEqual(await receive(bus, { wait: 2 }), []);
    t.deepEqual(await bus.changeVisibility(TASKS, [{ receipt: stale, seconds: 0 }]), [stale]);
    t.deepEqual(await receive(bus), []);
  });

  withBus('a second message with the same deduplication id is accepted and dropped', async (t, bus) => {
    const sent = outgoing();
    await publishAll(t, bus, [sent]);
    await publishAll(t, bus, [{ ...sent, body: 'again' }]);
    t.deepEqual(
      (await drain(bus)).map(({ body }) => body),
      [sent.body],
    );
  });

  withBus('a message delivered too often goes to the dead letters whole, and its group goes on', async (t, bus) => {
    const [poison, next] = [outgoing(), outgoing()];
    await publishAll(t, bus, [poison]);
    for (let delivery = 1; delivery <= 5; delivery += 1) {
      const [received] = await receive(bus);
      t.is(received?.receiveCount, delivery);
      await bus.changeVisibility(TASKS, [{ receipt: received?.receipt ?? '', seconds: 0 }]);
    }
    await publishAll(t, bus, [next]);
    t.deepEqual(
      (await drain(bus)).map(({ body }) => body),
      [next.body],
    );
    const [letter] = await receive(bus, { queue: `${TASKS}-dlq` });
    t.is(letter?.body, poison.body);
    t.is(letter?.type, poison.type);
    t.is(letter?.groupId, poison.groupId);
  });

  withBus(
    'a received message can be moved to the dead letters, also a second time after it was sent again',
    async (t, bus) => {
      const [poison, next] = [
        outgoing({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
        outgoing(),
      ];
      for (const sent of [poison, { ...poison, dedupId: 'redriven' }]) {
        await publishAll(t, bus, [sent]);
        const [received] = await receive(bus);
        t.true(received !== undefined && (await bus.moveToDeadLetters(TASKS, received)));
      }
      await publishAll(t, bus, [next]);
      t.deepEqual(
        (await drain(bus)).map(({ body }) => body),
        [next.body],
      );
      const letters = await drain(bus, `${TASKS}-dlq`);
      const { groupId, type, body, traceparent } = poison;
      t.like(
        letters,
        [0, 1].map(() => ({ groupId, type, body, traceparent })),
      );
      await publishAll(t, bus, [outgoing({ destination: `queue:${TASKS}-dlq` })]);
      const [letter] = await receive(bus, { queue: `${TASKS}-dlq` });
      t.false(letter === undefined || (await bus.moveToDeadLetters(`${TASKS}-dlq`, letter)));
      t.is((await bus.depth(`${TASKS}-dlq`)).inFlight, 1);
    },
  );

  withBus('a long poll ends when a message comes', async (t, bus) => {
    const waiting = receive(bus, { wait: 20 });
    const sent = outgoing();
    await publishAll(t, bus, [sent]);
    t.is((await waiting)[0]?.body, sent.body);
  });

  withBus('hundreds of messages of many groups are sent, counted and deleted', async (t, bus) => {
    const sent = Array.from({ length: 230 }, (_, index) => outgoing({ groupId: `g${index}` }));
    await publishAll(t, bus, sent);
    t.deepEqual(await bus.depth(TASKS), { waiting: 230, inFlight: 0 });
    const held = await receive(bus);
    t.is(held.length, 10);
    t.deepEqual(await bus.depth(TASKS), { waiting: 220, inFlight: 10 });
    t.deepEqual(await bus.stats(TASKS), { waiting: 220, inFlight: 10, delayed: 0 });
    await bus.changeVisibility(
      TASKS,
      held.map(({ receipt }) => ({ receipt, seconds: 0 })),
    );
    t.is((await drain(bus)).length, 230);
    t.deepEqual(await bus.depth(TASKS), { waiting: 0, inFlight: 0 });
  });

  withBus('two consumers share a queue: every message handled once, each group in order', async (t, bus) => {
    const sent = Array.from({ length: 400 }, (_, index) => outgoing({ body: `${index}`, groupId: `g${index % 40}` }));
    const handled: string[] = [];
    const busy = new Set<string>();
    const handle = async ({ body, groupId }: IncomingMessage) => {
      t.false(busy.has(groupId));
      busy.add(groupId);
      await new Promise((resolve) => setTimeout(resolve, Number(body) % 5));
      busy.delete(groupId);
      handled.push(body);
      return done;
    };
    const options = { source: bus, queue: TASKS, handle, waitSeconds: 1, logger: createTestLogger() };
    const consumers = [3, 15].map((concurrency) => new FifoConsumer({ ...options, concurrency }));
    for (const consumer of consumers) consumer.start();
    await publishAll(t, bus, sent);
    await until(() => handled.length >= sent.length);
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    t.deepEqual(await bus.depth(TASKS), { waiting: 0, inFlight: 0 });
    t.is(handled.length, sent.length);
    for (let group = 0; group < 40; group += 1) {
      const its = handled.map(Number).filter((number) => number % 40 === group);
      t.deepEqual(
        its,
        its.toSorted((a, b) => a - b),
      );
    }
  });

  withBus('a destination that does not exist refuses its own messages only', async (t, bus) => {
    const [good, bad] = [outgoing(), outgoing({ destination: 'queue:nowhere' })];
    const report = await bus.publish([bad, good]);
    t.deepEqual(report.accepted, [good.id]);
    t.deepEqual(
      report.failures.map(({ id, retryable }) => ({ id, retryable })),
      [{ id: bad.id, retryable: false }],
    );
    t.is((await drain(bus)).length, 1);
  });

  withBus('publishing, deleting and changing nothing is nothing', async (t, bus) => {
    t.deepEqual(await bus.publish([]), { accepted: [], failures: [] });
    t.deepEqual(await bus.delete(TASKS, []), []);
    t.deepEqual(await bus.changeVisibility(TASKS, []), []);
  });
};
