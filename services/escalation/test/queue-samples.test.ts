import { createMemoryBus, createTopology } from '@pao/bus';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import { createPostgresQueueSamples } from '../src/adapters/postgres/queue-samples.ts';
import { createReadQueues, createSampleQueues } from '../src/core/use-cases/queues/read-queues.ts';
import { anAttempt, lostReport, openLetters } from './given-letters.ts';

const queues = [
  { name: 'tasks-default', deadLetters: 'tasks-default-dlq' },
  { name: 'request-inbox', deadLetters: 'request-inbox-dlq' },
];

test('how fast a queue fills and since when it is not empty follow from the samples of the last hour', async (t) => {
  const { database } = await openLetters(t, createMemoryBus(createTopology()));
  const samples = createPostgresQueueSamples(database);
  const text = `INSERT INTO queue_samples (queue, at, waiting, in_flight)
    SELECT 'tasks-default', clock_timestamp() - make_interval(secs => ago), waiting, in_flight
    FROM (VALUES (4000, 5, 5), (1200, 0, 0), (240, 10, 0), (120, 20, 10), (0, 45, 5)) AS sample (ago, waiting, in_flight)`;
  await database.query({ text });
  const [history, ...others] = await samples.history(300);
  t.deepEqual(others, []);
  t.is(Math.round(history?.netPerMinute ?? 0), 10);
  t.is(Math.round((history?.emptySecondsAgo ?? 0) / 10), 120);
  await samples.add([{ queue: 'request-inbox', waiting: 1, inFlight: 0 }]);
  await samples.add([{ queue: 'request-inbox', waiting: 2, inFlight: 0 }]);
  const [row] = await database.query<{ old: number; inbox: number }>({
    text: `SELECT count(*) FILTER (WHERE waiting = 5) AS old, count(*) FILTER (WHERE queue = 'request-inbox') AS inbox FROM queue_samples`,
  });
  t.deepEqual([row?.old, (row?.inbox ?? 0) <= 2], [0, true]);
  t.like(
    (await samples.history(300)).find(({ queue }) => queue === 'request-inbox'),
    { emptySecondsAgo: null },
  );
});

test('a queue that can’t be asked is unknown, not empty, and the others are told all the same', async (t) => {
  const bus = createMemoryBus(createTopology());
  const { database, collect } = await openLetters(t, bus);
  await bus.publish([lostReport(anAttempt()), lostReport(anAttempt(), 'other')]);
  await collect();
  const samples = createPostgresQueueSamples(database);
  const ask = async (queue: string) => (queue.startsWith('tasks') ? undefined : bus.stats(queue));
  await createSampleQueues({ queues, ask, samples })();
  const [tasks, inbox] = await createReadQueues({ queues, ask, samples })('default');
  t.like(tasks, { now: undefined, deadLettersWaiting: null, history: undefined });
  t.like(inbox, { now: { waiting: 0, inFlight: 0, delayed: 0 }, deadLettersWaiting: 0 });
  t.like(inbox?.counts, { parked: 1, recently: 2 });
  t.deepEqual(await samples.parkedTotals(), [{ queue: 'request-inbox', count: 2 }]);
});

test('while one dead-letter queue can’t be read the others are emptied', async (t) => {
  const bus = createMemoryBus(createTopology());
  const { collect, list } = await openLetters(t, {
    receive: async (request) => {
      if (request.queue === 'tasks-default-dlq') throw new TransientError('there is no such queue');
      return bus.receive(request);
    },
    delete: bus.delete,
  });
  await bus.publish([lostReport(anAttempt())]);
  await collect();
  t.is((await list()).length, 1);
});
