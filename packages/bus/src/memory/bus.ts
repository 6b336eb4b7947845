import { randomUUID } from 'node:crypto';
import type { Clock, NewId } from '@pao/kernel';
import { toDeadLetter } from '../dead-letter.ts';
import type { OutgoingMessage, ReceivedMessage } from '../messages.ts';
import type { Bus, PublishFailure, PublishReport, ReceiveRequest } from '../ports.ts';
import { deadLetterQueue, type Topology } from '../topology.ts';
import { FifoQueue } from './fifo-queue.ts';

/** How often a long poll looks for messages whose visibility ended. */
const LOOK_MS = 20;

export interface MemoryBusOptions {
  readonly now?: Clock;
  readonly newId?: NewId;
}

/** The bus of one process, for tests and simulations: the same promises as SNS and SQS, held by the same contract suite. */
export const createMemoryBus = (topology: Topology, options: MemoryBusOptions = {}): Bus => {
  const { now = () => new Date(), newId = randomUUID } = options;
  const clock = () => now().getTime();
  const queues = new Map<string, FifoQueue>();
  for (const { name, deadLetters, maxReceiveCount } of topology.queues) {
    const letters = new FifoQueue({ now: clock, newId });
    queues.set(deadLetters.name, letters);
    queues.set(name, new FifoQueue({ now: clock, newId, maxReceiveCount, deadLetters: letters }));
  }
  const queueNamed = (name: string): FifoQueue => {
    const queue = queues.get(name);
    if (queue === undefined) throw new Error(`There is no queue ${name} in the topology.`);
    return queue;
  };
  const targets = (message: OutgoingMessage): readonly FifoQueue[] | undefined => {
    const [kind, name = ''] = message.destination.split(':', 2);
    if (kind === 'queue') return queues.has(name) ? [queueNamed(name)] : undefined;
    if (!topology.topics.some((topic) => topic.name === name)) return undefined;
    return topology.subscriptions
      .filter(({ topic, types }) => topic === name && (types?.includes(message.type) ?? true))
      .map(({ queue }) => queueNamed(queue));
  };

  return {
    publish: async (messages): Promise<PublishReport> => {
      const accepted: string[] = [];
      const failures: PublishFailure[] = [];
      for (const message of messages) {
        const to = targets(message);
        for (const queue of to ?? []) queue.send(message);
        if (to) accepted.push(message.id);
        else
          failures.push({
            id: message.id,
            message: `There is no ${message.destination}.`,
            retryable: false,
            noDestination: true,
          });
      }
      return { accepted, failures };
    },
    receive: ({ queue, ...request }) => receiveFrom(queueNamed(queue), request),
    delete: async (queue, receipts) => receipts.filter((receipt) => !queueNamed(queue).delete(receipt)),
    changeVisibility: async (queue, changes) =>
      changes
        .filter(({ receipt, seconds }) => !queueNamed(queue).changeVisibility(receipt, seconds))
        .map(({ receipt }) => receipt),
    moveToDeadLetters: async (queue, message) => {
      const letters = queues.get(deadLetterQueue(queue));
      if (letters === undefined) return false;
      letters.send(toDeadLetter(queue, message));
      queueNamed(queue).delete(message.receipt);
      return true;
    },
    depth: async (queue) => queueNamed(queue).depth(),
    stats: async (queue) => ({ ...queueNamed(queue).depth(), delayed: 0 }),
    close: async () => {},
  };
};

const receiveFrom = async (
  queue: FifoQueue,
  request: Omit<ReceiveRequest, 'queue'>,
): Promise<readonly ReceivedMessage[]> => {
  const until = performance.now() + request.waitSeconds * 1000;
  for (;;) {
    const messages = queue.receive(request.max, request.visibilitySeconds);
    const left = until - performance.now();
    if (messages.length > 0 || left <= 0) return messages;
    await queue.arrival(Math.min(LOOK_MS, left));
  }
};
