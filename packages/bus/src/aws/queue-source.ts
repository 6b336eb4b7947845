import type { Message } from '@aws-sdk/client-sqs';
import type { ReceivedMessage } from '../messages.ts';
import type { QueueInspector, QueueSource } from '../ports.ts';
import { untraced } from '../tracing.ts';
import type { Addresses } from './addresses.ts';
import { inTens } from './batches.ts';
import type { AwsClients } from './clients.ts';
import { busIsAway, isMissing } from './errors.ts';

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

export const createAwsQueueSource = (
  clients: Promise<AwsClients>,
  addresses: Addresses,
): QueueSource & QueueInspector => {
  /** Runs one call on a queue, in nobody's trace, and says "later" of whatever it throws. */
  const onQueue = async <T>(
    queue: string,
    action: string,
    call: (aws: AwsClients, url: string) => Promise<T>,
  ): Promise<T> => {
    try {
      return await untraced(async () => call(await clients, await addresses.queueUrl(queue)));
    } catch (thrown) {
      if (isMissing(thrown)) addresses.forget();
      throw busIsAway(thrown, `${action} ${queue}`);
    }
  };

  return {
    receive: ({ queue, max, waitSeconds, visibilitySeconds }) =>
      onQueue(queue, 'receive from', async ({ sqs, queues }, QueueUrl) => {
        const command = new sqs.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: [
            'ApproximateReceiveCount',
            'SentTimestamp',
            'MessageGroupId',
            'MessageDeduplicationId',
          ],
          MessageAttributeNames: ['type', 'traceparent'],
        });
        return (await queues.send(command)).Messages?.map(toReceived) ?? [];
      }),

    delete: (queue, receipts) =>
      onQueue(queue, 'delete from', async ({ sqs, queues }, QueueUrl) => {
        const refused = inTens(receipts).map(async (batch) => {
          const Entries = batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
          const { Failed = [] } = await queues.send(new sqs.DeleteMessageBatchCommand({ QueueUrl, Entries }));
          return Failed.flatMap(({ Id }) => batch[Number(Id)] ?? []);
        });
        return (await Promise.all(refused)).flat();
      }),

    changeVisibility: (queue, changes) =>
      onQueue(queue, 'change the visibility in', async ({ sqs, queues }, QueueUrl) => {
        const refused = inTens(changes).map(async (batch) => {
          const Entries = batch.map(({ receipt, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          }));
          const { Failed = [] } = await queues.send(new sqs.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
          return Failed.flatMap(({ Id }) => batch[Number(Id)]?.receipt ?? []);
        });
        return (await Promise.all(refused)).flat();
      }),

    depth: (queue) =>
      onQueue(queue, 'look into', async ({ sqs, queues }, QueueUrl) => {
        const { Attributes = {} } = await queues.send(
          new sqs.GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        );
        return {
          waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
          inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
        };
      }),
  };
};
