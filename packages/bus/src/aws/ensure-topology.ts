import type { QueueDefinition, SubscriptionDefinition, Topology } from '../topology.ts';
import { untraced } from '../tracing.ts';
import { type AwsClients, type AwsConnection, openClients } from './clients.ts';
import { errorCode } from './errors.ts';

const FOURTEEN_DAYS = '1209600';

/** High-throughput FIFO: order, limits and deduplication are per group. */
const QUEUE_ATTRIBUTES = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  MessageRetentionPeriod: FOURTEEN_DAYS,
  SqsManagedSseEnabled: 'true',
};

const TOPIC_ATTRIBUTES = { FifoTopic: 'true', ContentBasedDeduplication: 'false', FifoThroughputScope: 'MessageGroup' };

/** ARNs of the topology's queues and topics, by physical name: those of one account and region differ by name alone. */
interface Scope {
  readonly topic: (physicalName: string) => string;
  readonly queue: (physicalName: string) => string;
}

/**
 * Creates what is missing and corrects what differs: topics, queues and their dead-letter queues, subscriptions. Changes nothing
 * when all is there, removes nothing. For emulators and tests; on AWS infrastructure code declares the same topology.
 */
export const ensureTopology = (connection: AwsConnection, topology: Topology): Promise<void> =>
  untraced(async () => {
    const aws = await openClients(connection);
    try {
      const scope = await ensureTopics(aws, topology);
      const deadLetters = topology.queues.map(({ deadLetters: { physicalName } }) =>
        ensureQueue(aws, physicalName, attributes(topology, scope, physicalName)),
      );
      await Promise.all(deadLetters);
      await Promise.all(topology.queues.map((queue) => ensureMainQueue(aws, queue, { topology, scope })));
      await Promise.all(topology.subscriptions.map((wanted) => ensureSubscription(aws, wanted, { topology, scope })));
    } finally {
      aws.queues.destroy();
      aws.topics.destroy();
    }
  });

const ensureTopics = async ({ sns, topics }: AwsClients, topology: Topology): Promise<Scope> => {
  const arns = await Promise.all(
    topology.topics.map(async ({ physicalName }) => {
      const command = new sns.CreateTopicCommand({ Name: physicalName, Attributes: TOPIC_ATTRIBUTES });
      return (await topics.send(command)).TopicArn ?? '';
    }),
  );
  const [arn, partition, , region, account] = (arns[0] ?? '').split(':');
  const of = (service: string) => (name: string) => [arn, partition, service, region, account, name].join(':');
  return { topic: of('sns'), queue: of('sqs') };
};

const attributes = (topology: Topology, scope: Scope, physicalName: string) => ({
  ...QUEUE_ATTRIBUTES,
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'topics',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: scope.queue(physicalName),
        Condition: { ArnEquals: { 'aws:SourceArn': topology.topics.map((topic) => scope.topic(topic.physicalName)) } },
      },
    ],
  }),
});

const ensureMainQueue = (
  aws: AwsClients,
  queue: QueueDefinition,
  { topology, scope }: { readonly topology: Topology; readonly scope: Scope },
): Promise<void> =>
  ensureQueue(aws, queue.physicalName, {
    ...attributes(topology, scope, queue.physicalName),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: scope.queue(queue.deadLetters.physicalName),
      maxReceiveCount: queue.maxReceiveCount,
    }),
  });

const ensureQueue = async (aws: AwsClients, QueueName: string, Attributes: Record<string, string>): Promise<void> => {
  try {
    await aws.queues.send(new aws.sqs.CreateQueueCommand({ QueueName, Attributes }));
  } catch (thrown) {
    // Also as AWS.SimpleQueueService.QueueNameExists: the queue is there with other attributes.
    if (!errorCode(thrown).endsWith('QueueNameExists')) throw thrown;
    await correctQueue(aws, QueueName, Attributes);
  }
};

const correctQueue = async (
  { sqs, queues }: AwsClients,
  QueueName: string,
  wanted: Record<string, string>,
): Promise<void> => {
  const { QueueUrl } = await queues.send(new sqs.GetQueueUrlCommand({ QueueName }));
  const answer = await queues.send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const found: Record<string, string> = answer.Attributes ?? {};
  const Attributes = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => found[name] !== value));
  await queues.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes }));
};

const ensureSubscription = async (
  aws: AwsClients,
  wanted: SubscriptionDefinition,
  { topology, scope }: { readonly topology: Topology; readonly scope: Scope },
): Promise<void> => {
  const topic = topology.topics.find(({ name }) => name === wanted.topic);
  const queue = topology.queues.find(({ name }) => name === wanted.queue);
  if (topic === undefined || queue === undefined) {
    throw new Error(`A subscription of ${wanted.queue} to ${wanted.topic} names what the topology does not have.`);
  }
  const subscription = { TopicArn: scope.topic(topic.physicalName), Endpoint: scope.queue(queue.physicalName) };
  const policies = {
    RawMessageDelivery: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: scope.queue(queue.deadLetters.physicalName) }),
  };
  const filter = wanted.types === undefined ? {} : { FilterPolicy: JSON.stringify({ type: wanted.types }) };
  try {
    const command = { ...subscription, Protocol: 'sqs', Attributes: { ...policies, ...filter } };
    await aws.topics.send(new aws.sns.SubscribeCommand(command));
  } catch (thrown) {
    // Says InvalidParameter of a subscription that exists with other attributes.
    if (!errorCode(thrown).startsWith('InvalidParameter')) throw thrown;
    await correctSubscription(aws, subscription, { FilterPolicy: '{}', ...policies, ...filter });
  }
};

const correctSubscription = async (
  { sns, topics }: AwsClients,
  { TopicArn, Endpoint }: { readonly TopicArn: string; readonly Endpoint: string },
  wanted: Record<string, string>,
): Promise<void> => {
  let NextToken: string | undefined;
  do {
    const page = await topics.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
    const SubscriptionArn = page.Subscriptions?.find((found) => found.Endpoint === Endpoint)?.SubscriptionArn;
    if (SubscriptionArn !== undefined) {
      const changes = Object.entries(wanted).map(([AttributeName, AttributeValue]) =>
        topics.send(new sns.SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })),
      );
      await Promise.all(changes);
      return;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  throw new Error(`The subscription of ${Endpoint} to ${TopicArn} was refused and does not exist.`);
};
