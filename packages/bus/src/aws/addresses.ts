import type { Topology } from '../topology.ts';
import type { AwsApi } from './connection.ts';

/** Looks up where logical names live, once each: a queue that is deleted and made again lives where it did. */
export interface Addresses {
  queueUrl(name: string): Promise<string>;
  topicArn(name: string): Promise<string>;
}

/** A name the topology does not have. */
export class UnknownDestinationError extends Error {
  override readonly name = 'UnknownDestinationError';
}

const once = (find: (name: string) => Promise<string>) => {
  const known = new Map<string, Promise<string>>();
  return (name: string): Promise<string> => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = find(name);
    known.set(name, found);
    found.catch(() => known.delete(name));
    return found;
  };
};

const physical = (names: ReadonlyMap<string, string>, name: string): string => {
  const found = names.get(name);
  if (found === undefined) throw new UnknownDestinationError(`There is no ${name} in the topology.`);
  return found;
};

export const createAddresses = (api: Promise<AwsApi>, topology: Topology): Addresses => {
  const physicalQueues = new Map(
    topology.queues.flatMap(({ name, physicalName, deadLetters }) => [
      [name, physicalName],
      [deadLetters.name, deadLetters.physicalName],
    ]),
  );
  const physicalTopics = new Map(topology.topics.map(({ name, physicalName }) => [name, physicalName]));

  const urls = once(async (name) => {
    const QueueName = physical(physicalQueues, name);
    const { sqs } = await api;
    return (await sqs.getQueueUrl({ QueueName })).QueueUrl ?? '';
  });
  // Topics cannot be asked for by name: their ARN differs from that of any queue beside them by service and name alone.
  const scopes = once(async (queue) => {
    const QueueUrl = await urls(queue);
    const { sqs } = await api;
    const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
    const [arn, partition, , region, account] = (Attributes.QueueArn ?? '').split(':');
    return [arn, partition, 'sns', region, account].join(':');
  });

  return {
    queueUrl: urls,
    topicArn: async (name) => {
      const topic = physical(physicalTopics, name);
      // Pools come and go; a queue that subscribes to a topic is there wherever topics are.
      return `${await scopes(topology.subscriptions[0]?.queue ?? '')}:${topic}`;
    },
  };
};
