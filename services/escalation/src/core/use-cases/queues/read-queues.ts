import type { ParkedCount, QueueHistory, QueueSamples } from '../../ports/queue-samples.ts';

/** What the bus itself says of a queue; undefined while it can't be asked. */
export type AskQueue = (
  queue: string,
) => Promise<{ readonly waiting: number; readonly inFlight: number; readonly delayed: number } | undefined>;

export interface WatchedQueue {
  readonly name: string;
  readonly deadLetters: string;
}

export interface QueueReading {
  readonly name: string;
  readonly now: Awaited<ReturnType<AskQueue>>;
  readonly deadLettersWaiting: number | null;
  readonly history: QueueHistory | undefined;
  readonly counts: ParkedCount | undefined;
}

export type ReadQueues = (tenantId: string) => Promise<readonly QueueReading[]>;

/** What rates are taken from. */
export const WINDOW_SECONDS = 300;

export interface ReadQueuesOptions {
  readonly queues: readonly WatchedQueue[];
  readonly ask: AskQueue;
  readonly samples: QueueSamples;
}

export const createReadQueues =
  ({ queues, ask, samples }: ReadQueuesOptions): ReadQueues =>
  async (tenantId) => {
    const [history, counts, ...readings] = await Promise.all([
      samples.history(WINDOW_SECONDS),
      samples.parked(tenantId, WINDOW_SECONDS),
      ...queues.map(({ name, deadLetters }) => Promise.all([ask(name), ask(deadLetters)])),
    ]);
    return queues.map(({ name }, index) => ({
      name,
      now: readings[index]?.[0],
      deadLettersWaiting: readings[index]?.[1]?.waiting ?? null,
      history: history.find(({ queue }) => queue === name),
      counts: counts.find(({ queue }) => queue === name),
    }));
  };

/** Remembers how full the queues are that can be asked. */
export const createSampleQueues =
  ({ queues, ask, samples }: ReadQueuesOptions) =>
  async (): Promise<void> => {
    const readings = await Promise.all(queues.map(async ({ name }) => ({ queue: name, now: await ask(name) })));
    const asked = readings.flatMap(({ queue, now }) =>
      now ? [{ queue, waiting: now.waiting, inFlight: now.inFlight }] : [],
    );
    if (asked.length > 0) await samples.add(asked);
  };
