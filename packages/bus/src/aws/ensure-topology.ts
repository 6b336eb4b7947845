import type { SubscriptionDefinition, Topology } from '../topology.ts';
import { untraced } from '../tracing.ts';
import { type AwsApi, type AwsConnection, openAwsApi } from './connection.ts';
import { errorCode } from './errors.ts';

/** High-throughput FIFO: order, limits and deduplication are per group. Messages stay for the longest time there is. */
const QUEUE_ATTRIBUTES = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  MessageRetentionPeriod: '1209600',
  SqsManagedSseEnabled: 'true',
};

const TOPIC_ATTRIBUTES = { FifoTopic: 'true', ContentBasedDeduplication: 'false', FifoThroughputScope: 'MessageGroup' };

/** A topology in one account and region, where ARNs differ by name alone. */
interface Place {
  readonly api: AwsApi;
  readonly topology: Topology;
  readonly topicArn: (physicalName: string) => string;
  readonly queueArn: (physicalName: string) => string;
}

/**
 * Creates what is missing and corrects what differs: topics, queues and their dead-letter queues, subscriptions. Changes nothing
 * when all is there, removes nothing. For emulators and tests; on AWS infrastructure code declares the same topology.
 */
export const ensureTopology = (connection: AwsConnection, topology: Topology): Promise<void> =>
  untraced(async () => {
    const api = await openAwsApi(connection);
    try {
      const place = await ensureTopics(api, topology);
      await Promise.all(topology.queues.map(({ deadLetters }) => ensureQueue(place, deadLetters.physicalName)));
      await Promise.all(
        topology.queues.map(({ physicalName, deadLetters, maxReceiveCount }) => {
          const deadLetterTargetArn = place.queueArn(deadLetters.physicalName);
          const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
          return ensureQueue(place, physicalName, { RedrivePolicy });
        }),
      );
      await Promise.all(topology.subscriptions.map((subscription) => ensureSubscription(place, subscription)));
    } finally {
      api.close();
    }
  });

const ensureTopics = async (api: AwsApi, topology: Topology): Promise<Place> => {
  const answers = await Promise.all(
    topology.topics.map(({ physicalName }) =>
      api.sns.createTopic({ Name: physicalName, Attributes: TOPIC_ATTRIBUTES }),
    ),
  );
  const [arn, partition, , region, account] = (answers[0]?.TopicArn ?? '').split(':');
  const of = (service: string) => (name: string) => [arn, partition, service, region, account, name].join(':');
  return { api, topology, topicArn: of('sns'), queueArn: of('sqs') };
};

/** Lets the topics, and nobody else's, send to a queue. */
const policyOf = ({ topology, topicArn, queueArn }: Place, physicalName: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'topics',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn(physicalName),
        Condition: { ArnEquals: { 'aws:SourceArn': topology.topics.map((topic) => topicArn(topic.physicalName)) } },
      },
    ],
  });

const ensureQueue = async (
  place: Place,
  QueueName: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const Attributes = { ...QUEUE_ATTRIBUTES, Policy: policyOf(place, QueueName), ...more };
  try {
    await place.api.sqs.createQueue({ QueueName, Attributes });
  } catch (thrown) {
    if (errorCode(thrown) !== 'QueueNameExists') throw thrown;
    await correctQueue(place.api, QueueName, Attributes);
  }
};

const correctQueue = async (
  { sqs }: AwsApi,
  QueueName: string,
  wanted: Readonly<Record<string, string>>,
): Promise<void> => {
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName });
  const answer = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
  const found: Readonly<Record<string, string>> = answer.Attributes ?? {};
  const Attributes = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => found[name] !== value));
  await sqs.setQueueAttributes({ QueueUrl, Attributes });
};

const ensureSubscription = async (place: Place, wanted: SubscriptionDefinition): Promise<void> => {
  const topic = place.topology.topics.find(({ name }) => name === wanted.topic);
  const queue = place.topology.queues.find(({ name }) => name === wanted.queue);
  if (topic === undefined || queue === undefined) {
    throw new Error(`A subscription of ${wanted.queue} to ${wanted.topic} names what the topology does not have.`);
  }
  const fields = {
    TopicArn: place.topicArn(topic.physicalName),
    Protocol: 'sqs',
    Endpoint: place.queueArn(queue.physicalName),
  };
  const attributes = {
    RawMessageDelivery: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: place.queueArn(queue.deadLetters.physicalName) }),
    ...(wanted.types === undefined ? {} : { FilterPolicy: JSON.stringify({ type: wanted.types }) }),
  };
  try {
    await place.api.sns.subscribe({ ...fields, Attributes: attributes });
  } catch (thrown) {
    // So SNS says of a subscription that exists with other attributes.
    if (!errorCode(thrown).startsWith('InvalidParameter')) throw thrown;
    await correctSubscription(place.api, fields, { FilterPolicy: '{}', ...attributes });
  }
};

const correctSubscription = async (
  { sns }: AwsApi,
  { TopicArn, Endpoint }: { readonly TopicArn: string; readonly Endpoint: string },
  wanted: Readonly<Record<string, string>>,
): Promise<void> => {
  let NextToken: string | undefined;
  do {
    const page = await sns.listSubscriptionsByTopic({ TopicArn, NextToken });
    const found = page.Subscriptions?.find((subscription) => subscription.Endpoint === Endpoint);
    if (found !== undefined) {
      const { SubscriptionArn } = found;
      const changes = Object.entries(wanted).map(([AttributeName, AttributeValue]) =>
        sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue }),
      );
      await Promise.all(changes);
      return;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  throw new Error(`The subscription of ${Endpoint} to ${TopicArn} was refused and does not exist.`);
};
