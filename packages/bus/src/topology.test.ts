import { messages } from '@pao/contracts';
import test from 'ava';
import { createTopology, deadLetterQueue, taskQueue } from './topology.ts';

test('pools and prefix make the names', (t) => {
  const { queues, topics } = createTopology({ pools: ['default', 'data-team'], prefix: 'acme' });
  t.deepEqual(
    queues.map(({ physicalName }) => physicalName),
    [
      'acme-tasks-default.fifo',
      'acme-tasks-data-team.fifo',
      'acme-request-inbox.fifo',
      'acme-executor-inbox.fifo',
      'acme-escalation-inbox.fifo',
      'acme-catalog-inbox.fifo',
    ],
  );
  t.true(topics.every(({ physicalName }) => physicalName.startsWith('acme-') && physicalName.endsWith('.fifo')));
  t.is(queues[1]?.name, taskQueue('data-team'));
  t.deepEqual(queues[1]?.deadLetters, {
    name: deadLetterQueue('tasks-data-team'),
    physicalName: 'acme-tasks-data-team-dlq.fifo',
  });
});

test('names stay within what SQS and SNS accept', (t) => {
  const { queues } = createTopology({ pools: ['p'.repeat(40)] });
  for (const { physicalName, deadLetters } of queues) {
    for (const name of [physicalName, deadLetters.physicalName]) t.regex(name, /^[A-Za-z0-9_-]{1,75}\.fifo$/);
  }
  for (const pool of ['', 'Two Words', 'a.b', 'p'.repeat(41)]) {
    t.throws(() => createTopology({ pools: [pool] }), { message: /pool/ });
  }
  t.throws(() => createTopology({ prefix: 'a.b' }), { message: /prefix/ });
});

test('every subscription joins a topic and a queue that exist', (t) => {
  const { subscriptions, topics, queues } = createTopology();
  for (const { topic, queue } of subscriptions) {
    t.true(topics.some(({ name }) => name === topic));
    t.true(queues.some(({ name }) => name === queue));
  }
});

test('a message that a subscription asks for is sent to the topic it asks', (t) => {
  const channels = new Map(messages.map(({ type, channel }) => [type, channel as string]));
  for (const { topic, types = [] } of createTopology().subscriptions) {
    for (const type of types) t.is(channels.get(type) ?? topic, topic);
  }
});
