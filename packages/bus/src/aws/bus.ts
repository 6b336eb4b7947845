import { TransientError } from '@pao/kernel';
import { toDeadLetter } from '../dead-letter.ts';
import type { Bus } from '../ports.ts';
import type { Topology } from '../topology.ts';
import { createAddresses } from './addresses.ts';
import { type AwsConnection, openAwsApi } from './connection.ts';
import { createAwsPublisher } from './publisher.ts';
import { createAwsQueueSource } from './queue-source.ts';

export interface AwsBusOptions extends AwsConnection {
  readonly topology: Topology;
}

/**
 * The bus on SNS and SQS, or on an emulator of both. Topics and queues must exist by the first use, not
 * before.
 */
export const createAwsBus = ({ topology, ...connection }: AwsBusOptions): Bus => {
  const api = openAwsApi(connection);
  const access = { api, addresses: createAddresses(api, topology) };
  const publisher = createAwsPublisher(access);
  const source = createAwsQueueSource(access);
  const hasDeadLetters = new Set(topology.queues.map(({ name }) => name));
  return {
    ...publisher,
    ...source,
    moveToDeadLetters: async (queue, message) => {
      if (!hasDeadLetters.has(queue)) return false;
      const { failures } = await publisher.publish([toDeadLetter(queue, message)]);
      if (failures[0] !== undefined)
        throw new TransientError(`${queue} has no way to its dead letters: ${failures[0].message}`);
      await source.delete(queue, [message.receipt]);
      return true;
    },
    close: async () => {
      (await api).close();
    },
  };
};
