import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import test from 'ava';
import { createTopology, ensureTopology } from '../src/index.ts';
import { startTestServer, type TestServer } from './fauxqs.ts';

let emulator: TestServer;
let queues: SQSClient;
let topics: SNSClient;

test.before(async () => {
  emulator = await startTestServer();
  queues = new SQSClient({ ...emulator.connection, useQueueUrlAsEndpoint: false });
  topics = new SNSClient(emulator.connection);
});
test.after.always(() => emulator.server.stop());

const urlOf = async (QueueName: string) => (await queues.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

const attributesOf = async (name: string) => {
  const command = new GetQueueAttributesCommand({ QueueUrl: await urlOf(name), AttributeNames: ['All'] });
  return (await queues.send(command)).Attributes ?? {};
};

const subscriptionsOf = async (prefix: string) => {
  const { Subscriptions = [] } = await topics.send(new ListSubscriptionsCommand({}));
  const ours = Subscriptions.filter(({ TopicArn }) => TopicArn?.includes(`:${prefix}-`));
  return Promise.all(
    ours.map(async ({ SubscriptionArn }) => {
      const answer = await topics.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      const attributes: Record<string, string> = answer.Attributes ?? {};
      return attributes;
    }),
  );
};

test('every queue is high-throughput FIFO, open to its topics, and has dead letters; so has every subscription', async (t) => {
  const topology = createTopology({ prefix: 'whole', pools: ['default', 'data-team'] });
  await ensureTopology(emulator.connection, topology);
  t.true(topology.queues.some(({ physicalName }) => physicalName === 'whole-tasks-data-team.fifo'));
  for (const { physicalName, deadLetters } of topology.queues) {
    const attributes = await attributesOf(physicalName);
    t.is(attributes['DeduplicationScope'], 'messageGroup');
    t.is(attributes['FifoThroughputLimit'], 'perMessageGroupId');
    const redrive = JSON.parse(attributes['RedrivePolicy'] ?? '{}');
    t.true(redrive.deadLetterTargetArn.endsWith(`:${deadLetters.physicalName}`));
    t.true(redrive.maxReceiveCount >= 3);
    for (const name of [physicalName, deadLetters.physicalName]) {
      const [statement] = JSON.parse((await attributesOf(name))['Policy'] ?? '{}').Statement;
      t.is(statement.Principal.Service, 'sns.amazonaws.com');
      t.is(statement.Resource, (await attributesOf(name))['QueueArn']);
    }
  }
  const subscriptions = await subscriptionsOf('whole');
  t.is(subscriptions.length, topology.subscriptions.length);
  for (const subscription of subscriptions) {
    t.is(subscription['RawMessageDelivery'], 'true');
    const queue = subscription['Endpoint']?.replace('.fifo', '');
    t.is(JSON.parse(subscription['RedrivePolicy'] ?? '{}').deadLetterTargetArn, `${queue}-dlq.fifo`);
  }
  const filtered = subscriptions.find(
    ({ TopicArn, Endpoint }) => TopicArn?.includes('request-events') && Endpoint?.includes('escalation'),
  );
  const { types } =
    topology.subscriptions.find(({ topic, queue }) => topic === 'request-events' && queue === 'escalation-inbox') ?? {};
  t.true((types?.length ?? 0) > 0);
  t.deepEqual(JSON.parse(filtered?.['FilterPolicy'] ?? '{}'), { type: types });
});

const stateOfAgain = async () => ({
  queue: { ...(await attributesOf('again-request-inbox.fifo')), LastModifiedTimestamp: '' },
  subscriptions: (await subscriptionsOf('again')).toSorted((a, b) =>
    String(a['SubscriptionArn']).localeCompare(String(b['SubscriptionArn'])),
  ),
});

/** An empty filter lets all through, like none. */
const filters = (subscriptions: readonly Record<string, string>[]) =>
  subscriptions.map(({ FilterPolicy = '{}' }) => FilterPolicy);

test('a second run changes nothing, and what differs is corrected', async (t) => {
  const topology = createTopology({ prefix: 'again' });
  await ensureTopology(emulator.connection, topology);
  const before = await stateOfAgain();
  await ensureTopology(emulator.connection, topology);
  t.deepEqual(await stateOfAgain(), before);

  await queues.send(
    new SetQueueAttributesCommand({
      QueueUrl: await urlOf('again-request-inbox.fifo'),
      Attributes: { MessageRetentionPeriod: '60', Policy: '' },
    }),
  );
  const [first] = before.subscriptions;
  await topics.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: first?.['SubscriptionArn'],
      AttributeName: 'FilterPolicy',
      AttributeValue: '{"type":["other.v1"]}',
    }),
  );
  t.notDeepEqual(await stateOfAgain(), before);
  await ensureTopology(emulator.connection, topology);
  const { queue, subscriptions } = await stateOfAgain();
  t.deepEqual(queue, before.queue);
  t.deepEqual(filters(subscriptions), filters(before.subscriptions));
});

test('processes that start at the same time do not disturb each other', async (t) => {
  const topology = createTopology({ prefix: 'race' });
  await Promise.all(Array.from({ length: 4 }, () => ensureTopology(emulator.connection, topology)));
  t.is((await subscriptionsOf('race')).length, topology.subscriptions.length);
});
