import { TransientError } from '@pao/kernel';
import { type Bus, createMemoryBus, createTopology, FifoConsumer, type FifoConsumerOptions } from '../src/index.ts';
import { createTestLogger, outgoing } from './messages.ts';

export const QUEUE = 'tasks-default';
const logger = createTestLogger();

export const createBus = (): Bus => createMemoryBus(createTopology());

export const createConsumer = (bus: Bus, options: Partial<FifoConsumerOptions> & Pick<FifoConsumerOptions, 'handle'>) =>
  new FifoConsumer({ source: bus, queue: QUEUE, concurrency: 10, waitSeconds: 1, logger, ...options });

export const send = async (bus: Bus, bodies: readonly string[]): Promise<void> => {
  // The group is the text before the dash.
  await bus.publish(bodies.map((body) => outgoing({ body, groupId: body.split('-')[0] ?? '' })));
};

export const away = () => Promise.reject(new TransientError('away'));

export const emptied = (bus: Bus) => async (): Promise<boolean> => {
  const { waiting, inFlight } = await bus.depth(QUEUE);
  return waiting + inFlight === 0;
};
