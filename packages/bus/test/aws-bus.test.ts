import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import { createAwsBus, createTopology, ensureTopology, type OutgoingMessage } from '../src/index.ts';
import { busContract } from './bus.contract.ts';
import { startTestServer, type TestServer } from './fauxqs.ts';
import { outgoing } from './messages.ts';

let emulator: TestServer;

test.before(async () => {
  emulator = await startTestServer();
});
test.after.always(() => emulator.server.stop());

busContract(test, async (topology) => {
  await ensureTopology(emulator.connection, topology);
  const bus = createAwsBus({ ...emulator.connection, topology });
  return { bus, close: () => bus.close() };
});

const withBus = async (prefix: string) => {
  const topology = createTopology({ prefix });
  await ensureTopology(emulator.connection, topology);
  return createAwsBus({ ...emulator.connection, topology });
};

const bodies = async (bus: ReturnType<typeof createAwsBus>, queue: string): Promise<string[]> => {
  const all: string[] = [];
  for (;;) {
    const got = await bus.receive({ queue, max: 10, waitSeconds: 0, visibilitySeconds: 30 });
    if (got.length === 0) return all.toSorted();
    all.push(...got.map(({ body }) => body));
    await bus.delete(
      queue,
      got.map(({ receipt }) => receipt),
    );
  }
};

/** Its group is the first letter of its body. */
const lettered = (body: string, destination: OutgoingMessage['destination']) =>
  outgoing({ id: `${destination} ${body}`, dedupId: body.slice(0, 20), body, groupId: body.slice(0, 1), destination });

test('after a refused message the rest of its group stays, and other groups go', async (t) => {
  const bus = await withBus('refused');
  const tooLong = `b${'x'.repeat(1024 * 1024)}`;
  for (const [destination, queue] of [
    ['queue:tasks-default', 'tasks-default'],
    ['topic:catalog-events', 'request-inbox'],
  ] as const) {
    const sent = ['a1', 'a2', tooLong, 'b2', 'b3', 'c1'].map((body) => lettered(body, destination));
    const report = await bus.publish(sent);
    t.deepEqual(
      report.accepted.map((id) => id.slice(-2)),
      ['a1', 'a2', 'c1'],
    );
    t.deepEqual(
      report.failures.map(({ id, retryable }) => [id.slice(-2), retryable]),
      [
        ['xx', false],
        ['b2', true],
        ['b3', true],
      ],
    );
    t.deepEqual(await bodies(bus, queue), ['a1', 'a2', 'c1']);
  }
  await bus.close();
});

test('a missing queue or topic is waited for, and used once it is there', async (t) => {
  const topology = createTopology({ prefix: 'later' });
  const bus = createAwsBus({ ...emulator.connection, topology });
  const sent = [outgoing(), outgoing({ destination: 'topic:catalog-events', groupId: 'g2' })];
  const report = await bus.publish(sent);
  t.deepEqual(
    report.failures.map(({ retryable }) => retryable),
    [true, true],
  );
  const receive = { queue: 'tasks-default', max: 1, waitSeconds: 0, visibilitySeconds: 30 };
  await t.throwsAsync(bus.receive(receive), { instanceOf: TransientError });
  await ensureTopology(emulator.connection, topology);
  t.deepEqual((await bus.publish(sent)).failures, []);
  t.is((await bus.receive(receive)).length, 1);
  await bus.close();
});

test('a queue that was lost and made again is found again', async (t) => {
  const bus = await withBus('lost');
  t.deepEqual((await bus.publish([outgoing()])).failures, []);
  emulator.server.deleteQueue('lost-tasks-default.fifo');
  t.deepEqual(
    (await bus.publish([outgoing()])).failures.map(({ retryable }) => retryable),
    [true],
  );
  await ensureTopology(emulator.connection, createTopology({ prefix: 'lost' }));
  t.deepEqual((await bus.publish([outgoing()])).failures, []);
  await bus.close();
});

test('a bus that is away takes nothing and says later', async (t) => {
  const away = { ...emulator.connection, endpoint: 'http://127.0.0.1:1' };
  const bus = createAwsBus({ ...away, topology: createTopology() });
  const sent = outgoing();
  const { accepted, failures } = await bus.publish([sent]);
  t.deepEqual(accepted, []);
  t.like(failures, [{ id: sent.id, retryable: true }]);
  await t.throwsAsync(bus.delete('tasks-default', ['x']), { instanceOf: TransientError });
  await t.throwsAsync(bus.depth('tasks-default'), { instanceOf: TransientError });
  await bus.close();
});

const URL_ANSWER = [200, '{"QueueUrl":"http://localhost/1/q.fifo"}'] as const;

test('a throttled or broken answer is tried again, and the third one is the last', async (t) => {
  const answers = [
    [503, ''],
    [400, '{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow down"}'],
    [200, '{"Successful":[{"Id":"0"}]}'],
    [500, ''],
    [500, ''],
    [500, ''],
  ] as const;
  const operations: string[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const isLookup = operation === 'GetQueueUrl';
    const [status, body] = isLookup ? URL_ANSWER : (answers[operations.length] ?? [200, '{}']);
    if (!isLookup) operations.push(operation);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bus = createAwsBus({
    ...emulator.connection,
    endpoint: `http://127.0.0.1:${port}`,
    topology: createTopology(),
  });
  t.deepEqual((await bus.publish([outgoing()])).failures, []);
  t.is(operations.length, 3);
  t.like((await bus.publish([outgoing()])).failures, [{ retryable: true }]);
  t.is(operations.length, 6);
  await bus.close();
  server.close();
});
