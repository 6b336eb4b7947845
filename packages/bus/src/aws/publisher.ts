import { errorMessage } from '@pao/kernel';
import type { OutgoingMessage } from '../messages.ts';
import type { Publisher, PublishFailure, PublishReport } from '../ports.ts';
import { untraced } from '../tracing.ts';
import { UnknownDestinationError } from './addresses.ts';
import { toBatches, toRounds } from './batches.ts';
import { errorCode, isRetryable } from './errors.ts';
import type { AwsAccess } from './queue-source.ts';

/** Of a whole call, bodies and attributes together. */
const MAX_BYTES = { topic: 256 * 1024, queue: 1024 * 1024 };

/** An entry of a batch that was not taken; `Id` is its index in the batch. */
interface FailedEntry {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

type SendBatch = (name: string, messages: readonly OutgoingMessage[]) => Promise<readonly FailedEntry[]>;

/** What SQS and SNS say of a queue or a topic that is not there. */
const MISSING = new Set(['QueueDoesNotExist', 'NonExistentQueue', 'NotFoundException', 'NotFound']);

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

const attributesOf = ({ type, traceparent }: OutgoingMessage) => ({
  type: text(type),
  ...(traceparent === undefined ? {} : { traceparent: text(traceparent) }),
});

/**
 * SQS takes only the characters of XML 1.0, and emulators not even those beyond the Basic Multilingual Plane. In JSON text they
 * can stand inside strings only, where an escape means the same.
 */
const withPlainCharacters = (json: string): string =>
  NOT_PLAIN.test(json) ? json.replaceAll(EVERY_NOT_PLAIN, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`) : json;

const NOT_PLAIN = /[\ud800-\udfff\ufffe\uffff]/;
const EVERY_NOT_PLAIN = new RegExp(NOT_PLAIN, 'g');

export const createAwsPublisher = ({ api, addresses }: AwsAccess): Publisher => {
  const toQueue: SendBatch = async (name, messages) => {
    const [{ sqs }, QueueUrl] = await Promise.all([api, addresses.queueUrl(name)]);
    const Entries = messages.map((message, index) => ({
      Id: String(index),
      MessageGroupId: message.groupId,
      MessageDeduplicationId: message.dedupId,
      MessageBody: withPlainCharacters(message.body),
      MessageAttributes: attributesOf(message),
    }));
    return (await sqs.sendMessageBatch({ QueueUrl, Entries })).Failed ?? [];
  };
  const toTopic: SendBatch = async (name, messages) => {
    const [{ sns }, TopicArn] = await Promise.all([api, addresses.topicArn(name)]);
    const PublishBatchRequestEntries = messages.map((message, index) => ({
      Id: String(index),
      MessageGroupId: message.groupId,
      MessageDeduplicationId: message.dedupId,
      Message: withPlainCharacters(message.body),
      MessageAttributes: attributesOf(message),
    }));
    return (await sns.publishBatch({ TopicArn, PublishBatchRequestEntries })).Failed ?? [];
  };

  const sendBatch = async (
    send: SendBatch,
    name: string,
    batch: readonly OutgoingMessage[],
  ): Promise<PublishFailure[]> => {
    try {
      const failed = await untraced(() => send(name, batch));
      return failed.flatMap(({ Id, Code = '', Message = Code }) => {
        const message = batch[Number(Id)];
        return message === undefined ? [] : [{ id: message.id, message: Message, retryable: isRetryable(Code) }];
      });
    } catch (thrown) {
      const isUnknown = thrown instanceof UnknownDestinationError;
      const isMissing = isUnknown || MISSING.has(errorCode(thrown));
      const failure = { message: errorMessage(thrown), retryable: !isUnknown && isRetryable(errorCode(thrown)) };
      return batch.map(({ id }) => ({ id, ...failure, ...(isMissing && { noDestination: true as const }) }));
    }
  };

  /** All messages of one destination; after a failure the rest of its group stays. */
  const sendAll = async (destination: string, messages: readonly OutgoingMessage[]): Promise<PublishFailure[]> => {
    const separator = destination.indexOf(':');
    const kind = destination.slice(0, separator) === 'topic' ? 'topic' : 'queue';
    const name = destination.slice(separator + 1);
    const send = kind === 'topic' ? toTopic : toQueue;
    const failures: PublishFailure[] = [];
    const failedGroups = new Map<string, PublishFailure>();
    for (const round of toRounds(messages)) {
      const open = round.filter((message) => !failedGroups.has(message.groupId));
      const outcomes = await Promise.all(toBatches(open, MAX_BYTES[kind]).map((batch) => sendBatch(send, name, batch)));
      const failed = new Map(outcomes.flat().map((failure) => [failure.id, failure]));
      for (const message of round) {
        const failure = failed.get(message.id) ?? blockedBy(failedGroups.get(message.groupId), message);
        if (failure === undefined) continue;
        failures.push(failure);
        failedGroups.set(message.groupId, failure);
      }
    }
    return failures;
  };

  return {
    publish: async (messages): Promise<PublishReport> => {
      const byDestination = Map.groupBy(messages, (message) => message.destination);
      const outcomes = await Promise.all([...byDestination].map(([destination, its]) => sendAll(destination, its)));
      const failures = outcomes.flat();
      if (failures.length === 0) return { accepted: messages.map(({ id }) => id), failures };
      const failed = new Set(failures.map(({ id }) => id));
      return { accepted: messages.flatMap(({ id }) => (failed.has(id) ? [] : [id])), failures };
    },
  };
};

const blockedBy = (earlier: PublishFailure | undefined, message: OutgoingMessage): PublishFailure | undefined =>
  earlier === undefined
    ? undefined
    : { id: message.id, message: `not sent, since ${earlier.id} of its group failed`, retryable: true };
