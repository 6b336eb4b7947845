import type {
  BatchResultErrorEntry,
  Message,
  MessageSystemAttributeName,
  QueueAttributeName,
  SQS,
} from '@aws-sdk/client-sqs';
import type { ReceivedMessage } from '../messages.ts';
import type { QueueInspector, QueueSource, QueueStats } from '../ports.ts';
import { untraced } from '../tracing.ts';
import type { Addresses } from './addresses.ts';
import { inTens } from './batches.ts';
import type { AwsApi } from './connection.ts';
import { busIsAway } from './errors.ts';

const toReceived = (message: Message): ReceivedMessage => {
  const { Attributes: attributes = {}, MessageAttributes: own = {} } = message;
  const traceparent = own['traceparent']?.StringValue;
  return {
    messageId: message.MessageId ?? '',
    receipt: message.ReceiptHandle ?? '',
    groupId: attributes.MessageGroupId ?? '',
    dedupId: attributes.MessageDeduplicationId ?? '',
    type: own['type']?.StringValue ?? '',
    body: message.Body ?? '',
    receiveCount: Number(attributes.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(attributes.SentTimestamp ?? 0)),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

const RECEIVED_ATTRIBUTES: {
  readonly MessageSystemAttributeNames: MessageSystemAttributeName[];
  readonly MessageAttributeNames: string[];
} = {
  MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId', 'MessageDeduplicationId'],
  MessageAttributeNames: ['type', 'traceparent'],
};

const DEPTH_ATTRIBUTES: readonly QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

export interface AwsAccess {
  readonly api: Promise<AwsApi>;
  readonly addresses: Addresses;
}

export const createAwsQueueSource = ({
  api,
  addresses,
}: AwsAccess): Omit<QueueSource, 'moveToDeadLetters'> & QueueInspector => {
  /** Runs one call on a queue, in nobody's trace, and says "later" of whatever it throws. */
  const onQueue = async <T>(queue: string, action: string, call: (url: string) => Promise<T>): Promise<T> => {
    try {
      return await untraced(async () => call(await addresses.queueUrl(queue)));
    } catch (thrown) {
      throw busIsAway(thrown, `${action} ${queue}`);
    }
  };
  /** Runs a batch operation in tens and returns the items that were refused. */
  const inBatches = async <T>(
    items: readonly T[],
    run: (sqs: SQS, batch: readonly T[]) => Promise<{ readonly Failed?: readonly BatchResultErrorEntry[] | undefined }>,
  ): Promise<readonly T[]> => {
    const { sqs } = await api;
    const refused = inTens(items).map(async (batch) => {
      const { Failed = [] } = await run(sqs, batch);
      return Failed.flatMap(({ Id }) => batch[Number(Id)] ?? []);
    });
    return (await Promise.all(refused)).flat();
  };

  const stats = (queue: string): Promise<QueueStats> =>
    onQueue(queue, 'look into', async (QueueUrl) => {
      const { sqs } = await api;
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...DEPTH_ATTRIBUTES] });
      const [waiting, inFlight, delayed] = DEPTH_ATTRIBUTES.map((name) => Number(Attributes[name] ?? 0));
      return { waiting: waiting ?? 0, inFlight: inFlight ?? 0, delayed: delayed ?? 0 };
    });

  return {
    receive: ({ queue, max, waitSeconds, visibilitySeconds }) =>
      onQueue(queue, 'receive from', async (QueueUrl) => {
        const { sqs } = await api;
        const { Messages = [] } = await sqs.receiveMessage({
          QueueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          ...RECEIVED_ATTRIBUTES,
        });
        return Messages.map(toReceived);
      }),

    delete: (queue, receipts) =>
      onQueue(queue, 'delete from', (QueueUrl) =>
        inBatches(receipts, (sqs, batch) => {
          const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
          return sqs.deleteMessageBatch({ QueueUrl, Entries });
        }),
      ),

    changeVisibility: (queue, changes) =>
      onQueue(queue, 'change the visibility in', async (QueueUrl) => {
        const refused = await inBatches(changes, (sqs, batch) => {
          const Entries = batch.map(({ receipt, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          }));
          return sqs.changeMessageVisibilityBatch({ QueueUrl, Entries });
        });
        return refused.map(({ receipt }) => receipt);
      }),

    depth: async (queue) => {
      const { waiting, inFlight } = await stats(queue);
      return { waiting, inFlight };
    },

    stats,
  };
};
