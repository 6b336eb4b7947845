import type { QueueDefinition, SubscriptionDefinition, TopicDefinition, Topology } from '../topology.ts';

const FOURTEEN_DAYS_S = 1_209_600;
/** What a consumer extends by heartbeats while it works. */
const VISIBILITY_S = 60;

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: 'Retain';
}

const logicalId = (name: string, suffix: string): string =>
  `${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}${suffix}`;

const queueId = (name: string): string => logicalId(name, 'Queue');
const topicId = (name: string): string => logicalId(name, 'Topic');
const arn = (id: string): object => ({ 'Fn::GetAtt': [id, id.endsWith('Topic') ? 'TopicArn' : 'Arn'] });

const topic = ({ name, physicalName }: TopicDefinition): [string, Resource] => [
  topicId(name),
  {
    Type: 'AWS::SNS::Topic',
    Properties: {
      TopicName: physicalName,
      FifoTopic: true,
      ContentBasedDeduplication: false,
      FifoThroughputScope: 'MessageGroup',
      KmsMasterKeyId: { Ref: 'BusKey' },
    },
  },
];

const fifoQueue = (physicalName: string, more: Readonly<Record<string, unknown>>): Resource => ({
  Type: 'AWS::SQS::Queue',
  DeletionPolicy: 'Retain',
  Properties: {
    QueueName: physicalName,
    FifoQueue: true,
    ContentBasedDeduplication: false,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    KmsMasterKeyId: { Ref: 'BusKey' },
    MessageRetentionPeriod: FOURTEEN_DAYS_S,
    VisibilityTimeout: VISIBILITY_S,
    ...more,
  },
});

const queueWithDeadLetters = (queue: QueueDefinition): [string, Resource][] => [
  [queueId(queue.deadLetters.name), fifoQueue(queue.deadLetters.physicalName, {})],
  [
    queueId(queue.name),
    fifoQueue(queue.physicalName, {
      RedrivePolicy: {
        deadLetterTargetArn: arn(queueId(queue.deadLetters.name)),
        maxReceiveCount: queue.maxReceiveCount,
      },
    }),
  ],
];

const subscription = (
  topology: Topology,
  { topic: from, queue, types }: SubscriptionDefinition,
): [string, Resource] => {
  const deadLetters = topology.queues.find(({ name }) => name === queue)?.deadLetters.name ?? '';
  return [
    logicalId(`${from}-to-${queue}`, 'Subscription'),
    {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: topicId(from) },
        Protocol: 'sqs',
        Endpoint: arn(queueId(queue)),
        RawMessageDelivery: true,
        RedrivePolicy: { deadLetterTargetArn: arn(queueId(deadLetters)) },
        ...(types === undefined ? {} : { FilterPolicyScope: 'MessageAttributes', FilterPolicy: { type: types } }),
      },
    },
  ];
};

/** Lets the topics a queue subscribes to deliver to it and to its dead letters, and nobody else's. */
const queuePolicy = (topology: Topology, queue: QueueDefinition): [string, Resource][] => {
  const topics = topology.subscriptions.filter((candidate) => candidate.queue === queue.name);
  if (topics.length === 0) return [];
  const targets = [queue.name, queue.deadLetters.name].map(queueId);
  return [
    [
      logicalId(queue.name, 'Policy'),
      {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: targets.map((target) => ({ Ref: target })),
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'sns.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: targets.map(arn),
                Condition: { ArnEquals: { 'aws:SourceArn': topics.map((one) => ({ Ref: topicId(one.topic) })) } },
              },
            ],
          },
        },
      },
    ],
  ];
};

const key: Resource = {
  Type: 'AWS::KMS::Key',
  DeletionPolicy: 'Retain',
  Properties: {
    Description: 'Encrypts the messages of the Platform Automation Orchestrator.',
    EnableKeyRotation: true,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Principal: { Service: ['sns.amazonaws.com', 'sqs.amazonaws.com'] },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
  },
};

const allow = (actions: readonly string[], resources: readonly object[]): object => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

/** What an executor of one pool may do on the bus: take its commands, and tell what came of them. Nothing else. */
const poolPolicy = (queue: QueueDefinition): [string, Resource] => [
  logicalId(queue.name, 'ExecutorPolicy'),
  {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      Description: `For the executors that serve ${queue.physicalName}.`,
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          allow(
            [
              'sqs:ReceiveMessage',
              'sqs:DeleteMessage',
              'sqs:ChangeMessageVisibility',
              'sqs:GetQueueUrl',
              'sqs:GetQueueAttributes',
            ],
            [arn(queueId(queue.name))],
          ),
          allow(['sns:Publish'], [{ Ref: topicId('task-events') }]),
          allow(['kms:Decrypt', 'kms:GenerateDataKey'], [arn('BusKey')]),
        ],
      },
    },
  },
];

/** The CloudFormation template of a topology: what `ensureTopology` creates on an emulator, with encryption and rights. */
export const buildCloudFormation = (topology: Topology): object => {
  const resources: readonly [string, Resource][] = [
    ['BusKey', key],
    ...topology.topics.map(topic),
    ...topology.queues.flatMap(queueWithDeadLetters),
    ...topology.queues.flatMap((queue) => queuePolicy(topology, queue)),
    ...topology.subscriptions.map((one) => subscription(topology, one)),
    ...topology.queues.filter(({ name }) => name.startsWith('tasks-')).map(poolPolicy),
  ];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The bus of the Platform Automation Orchestrator. Generated; edit packages/bus/src/topology.ts.',
    Resources: Object.fromEntries(resources),
    Outputs: Object.fromEntries(topology.queues.map(({ name }) => [queueId(name), { Value: { Ref: queueId(name) } }])),
  };
};
