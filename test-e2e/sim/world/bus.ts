// @boundaries-ignore the code under test
import { toDeadLetter } from '../../../packages/bus/src/dead-letter.ts';
// @boundaries-ignore the code under test
import {
  createTopology,
  deadLetterQueue,
  type OutgoingMessage,
  type Publisher,
  type PublishFailure,
  type PublishReport,
  type QueueSource,
  type ReceivedMessage,
  type ReceiveRequest,
} from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import { FifoQueue } from '../../../packages/bus/src/memory/fifo-queue.ts';
import type { Life } from '../engine/scheduler.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import { call } from './call.ts';
import type { World } from './world.ts';

/** SNS and SQS as they are between the processes: the product's own topology and FIFO queues, with what networks do to them. */
export interface SimulatedBus {
  portFor(life: Life): Publisher & QueueSource;
  /** Of somebody outside, who does not give up before the bus has it. */
  send(message: OutgoingMessage): void;
  /** All that a queue holds, and has on its way to a reader, is gone: as soon as there is something to lose. */
  loseSoon(queue: string): void;
  /** What an operator does with dead letters once their cause is mended. Returns how many there were. */
  redrive(): number;
  /** Messages that nobody has handled yet. */
  waiting(): number;
}

/** Queues that somebody reads. */
const READ = ['tasks-default', 'request-inbox', 'escalation-inbox'];

const ABOUT_TASKS = /^(task-|execute-task|cancel-task)/;

const VISIBILITY_LOOK_MS = 5_000;

const RETRYABLE = 'the bus did not answer';

export const createSimulatedBus = (world: World): SimulatedBus => {
  const { scheduler, random, weather, history, isStormy } = world;
  const topology = createTopology();
  const queues = new Map<string, FifoQueue>();
  const watchers = new Map<string, Set<() => void>>();
  /** Messages between topic and queue keep the order of their group. */
  const lastDelivery = new Map<string, number>();
  const doomed = new Set<string>();
  /** What is not about tasks, by queue: who sent it does not tell it again, so that a loss spares it. */
  const spared = new Map<string, OutgoingMessage[]>();
  /** Queues of which messages are out. */
  const watched = new Set<string>();
  let ids = 0;
  let underWay = 0;
  const newId = (): string => `m${(ids += 1)}`;
  const now = (): number => EPOCH + scheduler.now;

  for (const { name, deadLetters, maxReceiveCount } of topology.queues) {
    const letters = new FifoQueue({ now, newId });
    queues.set(deadLetters.name, letters);
    queues.set(name, new FifoQueue({ now, newId, maxReceiveCount, deadLetters: letters }));
  }
  const queueNamed = (name: string): FifoQueue => {
    const queue = queues.get(name);
    if (queue === undefined) throw new Error(`there is no queue ${name}`);
    return queue;
  };
  const announce = (name: string): void => {
    for (const watcher of watchers.get(name) ?? []) watcher();
  };

  const deliver = (queue: string, message: OutgoingMessage): void => {
    history.delivered(queue, message, scheduler.now);
    queueNamed(queue).send(message);
    if (!ABOUT_TASKS.test(message.type)) spared.set(queue, [...(spared.get(queue) ?? []), message]);
    if (isStormy() && doomed.delete(queue)) {
      scheduler.note(`${queue} loses all it holds`);
      const deadLetters = queueNamed(deadLetterQueue(queue));
      queues.set(queue, new FifoQueue({ now, newId, maxReceiveCount: 5, deadLetters }));
      for (const kept of spared.get(queue) ?? [])
        queueNamed(queue).send({ ...kept, dedupId: `${kept.dedupId}+${newId()}` });
    }
    announce(queue);
  };

  const send = (queue: string, message: OutgoingMessage): void => {
    const lane = `${queue} ${message.groupId}`;
    const at = Math.max(lastDelivery.get(lane) ?? 0, scheduler.now + random.between(0.5, 20));
    lastDelivery.set(lane, at);
    underWay += 1;
    scheduler.after(at - scheduler.now, undefined, `${queue} <- ${message.type} ${message.dedupId}`, () => {
      underWay -= 1;
      deliver(queue, message);
    });
    if (!isStormy() || !random.chance(weather.duplicated)) return;
    const again = { ...message, dedupId: `${message.dedupId}+${newId()}` };
    underWay += 1;
    scheduler.after(
      random.between(10, random.chance(0.7) ? 30_000 : 400_000),
      undefined,
      `${queue} <- again ${message.type}`,
      () => {
        underWay -= 1;
        deliver(queue, again);
      },
    );
  };

  const queuesOf = (message: OutgoingMessage): readonly string[] => {
    const [kind, name = ''] = message.destination.split(':', 2);
    if (kind === 'queue') return [name];
    return topology.subscriptions
      .filter(({ topic, types }) => topic === name && (types?.includes(message.type) ?? true))
      .map(({ queue }) => queue);
  };

  const take = (messages: readonly OutgoingMessage[]): PublishReport => {
    const accepted: string[] = [];
    const failures: PublishFailure[] = [];
    const failed = new Set<string>();
    for (const message of messages) {
      const lane = `${message.destination} ${message.groupId}`;
      const fails = failed.has(lane) || (isStormy() && random.chance(weather.refused));
      if (fails) {
        failed.add(lane);
        failures.push({ id: message.id, message: RETRYABLE, retryable: true });
        continue;
      }
      history.published(message);
      for (const queue of queuesOf(message)) send(queue, message);
      // Taken, but whoever sent it does not get to know.
      if (isStormy() && random.chance(weather.answerLost)) {
        failed.add(lane);
        failures.push({ id: message.id, message: RETRYABLE, retryable: true });
      } else accepted.push(message.id);
    }
    return { accepted, failures };
  };

  const allFailed = (messages: readonly OutgoingMessage[]): PublishReport => ({
    accepted: [],
    failures: messages.map(({ id }) => ({ id, message: RETRYABLE, retryable: true })),
  });

  /** A long poll: looks, and looks again whenever something may have become visible, until its time is over. */
  const receive = (life: Life, { queue, max, waitSeconds, visibilitySeconds }: ReceiveRequest) =>
    new Promise<readonly ReceivedMessage[]>((resolve) => {
      const watching = watchers.get(queue) ?? new Set();
      watchers.set(queue, watching);
      let isOver = false;
      const end = (messages: readonly ReceivedMessage[]): void => {
        isOver = true;
        watching.delete(look);
        const label = messages.length === 0 ? '' : `${queue} -> ${messages.map(({ type }) => type).join(' ')}`;
        scheduler.after(random.between(0.2, 5), life, label, () => resolve(messages));
      };
      const look = (): void => {
        if (isOver) return;
        if (life.dead) {
          watching.delete(look);
          return;
        }
        const messages = queueNamed(queue).receive(1 + random.int(max), visibilitySeconds);
        if (messages.length === 0) return;
        watchVisibility(queue);
        patience.cancelled = true;
        end(messages);
      };
      watching.add(look);
      scheduler.after(random.between(0.1, 5), undefined, '', look);
      const patience = scheduler.after(waitSeconds * 1_000, undefined, '', () => {
        look();
        if (!isOver && !life.dead) end([]);
      });
    });

  /** What is out may become visible again, as long as anything is. */
  const watchVisibility = (name: string): void => {
    if (watched.has(name)) return;
    watched.add(name);
    scheduler.after(VISIBILITY_LOOK_MS, undefined, '', () => {
      watched.delete(name);
      announce(name);
      if (queueNamed(name).depth().inFlight > 0) watchVisibility(name);
    });
  };

  return {
    portFor: (life) => ({
      publish: async (messages) => {
        try {
          return await call(world, life, 'bus.publish', () => take(messages));
        } catch {
          return allFailed(messages);
        }
      },
      receive: (request) => receive(life, request),
      delete: (queue, receipts) =>
        call(world, life, `${queue}.delete`, () => {
          const refused = receipts.filter((receipt) => !queueNamed(queue).delete(receipt));
          announce(queue);
          return refused;
        }),
      changeVisibility: (queue, changes) =>
        call(world, life, `${queue}.visibility`, () => {
          const refused = changes.filter(
            ({ receipt, seconds }) => !queueNamed(queue).changeVisibility(receipt, seconds),
          );
          announce(queue);
          return refused.map(({ receipt }) => receipt);
        }),
      moveToDeadLetters: (queue, message) =>
        call(world, life, `${queue}.bury`, () => {
          queueNamed(deadLetterQueue(queue)).send(toDeadLetter(queue, message));
          queueNamed(queue).delete(message.receipt);
          return true;
        }),
    }),
    send: (message) => {
      for (const queue of queuesOf(message)) send(queue, message);
    },
    loseSoon: (queue) => void doomed.add(queue),
    redrive: () => {
      let moved = 0;
      for (const { name, deadLetters } of topology.queues) {
        const letters = queueNamed(deadLetters.name);
        for (let found = letters.receive(10, 60); found.length > 0; found = letters.receive(10, 60)) {
          for (const { receipt, groupId, type, body, dedupId } of found) {
            letters.delete(receipt);
            const message = { id: newId(), destination: `queue:${name}` as const, groupId, type, body };
            deliver(name, { ...message, dedupId: `${dedupId}+${newId()}`.slice(-100) });
            moved += 1;
          }
        }
      }
      return moved;
    },
    waiting: () => {
      const depths = READ.map((name) => queueNamed(name).depth());
      return depths.reduce((sum, { waiting, inFlight }) => sum + waiting + inFlight, underWay);
    },
  };
};
