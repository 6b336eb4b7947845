import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import test from 'ava';
import type { Call } from './http.ts';
import { createSnsApi, readSnsError, SNS_CONTENT_TYPE } from './sns-api.ts';
import { createSqsApi, readSqsError, SQS_CONTENT_TYPE } from './sqs-api.ts';

interface Captured {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const sent: Captured[] = [];

const bodyOf = ({ body }: Captured = { headers: {}, body: '' }): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

const configuration = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'A', secretAccessKey: 's' },
  maxAttempts: 1,
  requestHandler: {
    handle: async (request: Captured) => {
      sent.push(request);
      throw new Error('caught before it left');
    },
  },
};
const queues = new SQSClient(configuration);
const topics = new SNSClient(configuration);

const ours: Call[] = [];
const post = async (call: Call): Promise<string> => {
  ours.push(call);
  return '';
};
const sqs = createSqsApi(post);
const sns = createSnsApi(post);

const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/1/q.fifo';
const text = 'grüße 🙂 & <all> +"%\'()*!~';
const Attributes = { FifoQueue: 'true', Policy: '{"a":"b"}' };
const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

const onQueues = [
  {
    operation: 'SendMessageBatch',
    Command: SendMessageBatchCommand,
    input: {
      QueueUrl,
      Entries: [
        {
          Id: '0',
          MessageGroupId: 'g',
          MessageDeduplicationId: 'd',
          MessageBody: text,
          MessageAttributes: { type: attribute('t.v1') },
        },
      ],
    },
  },
  {
    operation: 'ReceiveMessage',
    Command: ReceiveMessageCommand,
    input: {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      VisibilityTimeout: 60,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['type'],
    },
  },
  {
    operation: 'DeleteMessageBatch',
    Command: DeleteMessageBatchCommand,
    input: { QueueUrl, Entries: [{ Id: '0', ReceiptHandle: 'r' }] },
  },
  {
    operation: 'ChangeMessageVisibilityBatch',
    Command: ChangeMessageVisibilityBatchCommand,
    input: { QueueUrl, Entries: [{ Id: '0', ReceiptHandle: 'r', VisibilityTimeout: 0 }] },
  },
  { operation: 'GetQueueUrl', Command: GetQueueUrlCommand, input: { QueueName: 'q.fifo' } },
  { operation: 'GetQueueAttributes', Command: GetQueueAttributesCommand, input: { QueueUrl, AttributeNames: ['All'] } },
  { operation: 'CreateQueue', Command: CreateQueueCommand, input: { QueueName: 'q.fifo', Attributes } },
  { operation: 'SetQueueAttributes', Command: SetQueueAttributesCommand, input: { QueueUrl, Attributes } },
] as const;

for (const { operation, Command, input } of onQueues) {
  test.serial(`${operation} is sent as the SDK sends it`, async (t) => {
    // The input fits its own command; a union of all of them is beyond the type checker.
    const command = new (Command as new (given: unknown) => GetQueueUrlCommand)(input);
    await t.throwsAsync(queues.send(command), { message: /caught/ });
    await sqs(operation, input);
    const [expected, actual] = [sent.at(-1), ours.at(-1)];
    t.deepEqual(JSON.parse(actual?.body ?? ''), JSON.parse(bodyOf(expected)));
    t.is(actual?.target, expected?.headers['x-amz-target']);
    t.is(expected?.headers['content-type'], SQS_CONTENT_TYPE);
  });
}

const TopicArn = 'arn:aws:sns:eu-central-1:1:t.fifo';
const entry = { id: '0', groupId: 'g', dedupId: 'd', body: text, attributes: { type: 't.v1', traceparent: '00-1' } };

const onTopics = [
  {
    name: 'PublishBatch',
    theirs: new PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: ['0', '1'].map((Id) => ({
        Id,
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
        Message: text,
        MessageAttributes: { type: attribute('t.v1'), traceparent: attribute('00-1') },
      })),
    }),
    call: () => sns.publishBatch(TopicArn, [entry, { ...entry, id: '1' }]),
  },
  {
    name: 'CreateTopic',
    theirs: new CreateTopicCommand({ Name: 't.fifo', Attributes }),
    call: () => sns.call('CreateTopic', { Name: 't.fifo' }, Attributes),
  },
  {
    name: 'Subscribe',
    theirs: new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'q', Attributes }),
    call: () => sns.call('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: 'q' }, Attributes),
  },
  {
    name: 'ListSubscriptionsByTopic',
    theirs: new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: text }),
    call: () => sns.call('ListSubscriptionsByTopic', { TopicArn, NextToken: text }),
  },
  {
    name: 'SetSubscriptionAttributes',
    theirs: new SetSubscriptionAttributesCommand({ SubscriptionArn: 's', AttributeName: 'n', AttributeValue: text }),
    call: () =>
      sns.call('SetSubscriptionAttributes', { SubscriptionArn: 's', AttributeName: 'n', AttributeValue: text }),
  },
];

const fieldsOf = (form: string) => {
  const fields = new URLSearchParams(form);
  fields.sort();
  return [...fields];
};

for (const { name, theirs, call } of onTopics) {
  test.serial(`${name} is sent as the SDK sends it`, async (t) => {
    await t.throwsAsync(topics.send(theirs as CreateTopicCommand), { message: /caught/ });
    await call();
    t.deepEqual(fieldsOf(ours.at(-1)?.body ?? ''), fieldsOf(bodyOf(sent.at(-1))));
    t.is(sent.at(-1)?.headers['content-type']?.startsWith(SNS_CONTENT_TYPE.split(';')[0] ?? ''), true);
  });
}

const failed = (id: number, message: string) =>
  `<member><Id>${id}</Id><Code>InvalidParameter</Code><Message>${message}</Message><SenderFault>true</SenderFault></member>`;

test('a batch of SNS tells which entries were not taken', async (t) => {
  const answer = `<PublishBatchResponse><PublishBatchResult><Successful><member><Id>0</Id></member></Successful>
    <Failed>${failed(1, 'a &lt;b&gt; &amp; c')}${failed(2, '')}</Failed></PublishBatchResult></PublishBatchResponse>`;
  const api = createSnsApi(async () => answer);
  t.deepEqual(await api.publishBatch(TopicArn, [entry]), [
    { Id: '1', Code: 'InvalidParameter', Message: 'a <b> & c' },
    { Id: '2', Code: 'InvalidParameter', Message: '' },
  ]);
  for (const none of ['<Failed/>', '<Failed></Failed>', '']) {
    const quiet = createSnsApi(async () => `<PublishBatchResult>${none}</PublishBatchResult>`);
    t.deepEqual(await quiet.publishBatch(TopicArn, [entry]), []);
  }
});

test('errors are read by code and message, also those that are no answer of the service', (t) => {
  const xml =
    '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>';
  t.deepEqual(readSnsError(xml), { code: 'NotFound', message: 'no topic' });
  t.deepEqual(readSnsError('<html>proxy</html>'), { code: 'UnreadableAnswer', message: '<html>proxy</html>' });
  t.deepEqual(readSqsError('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}'), {
    code: 'QueueDoesNotExist',
    message: 'gone',
  });
  t.deepEqual(readSqsError('<html>'), { code: 'UnreadableAnswer', message: '<html>' });
});
