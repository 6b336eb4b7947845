import { type Bus, createTopology } from '@pao/bus';
import type { Route } from '@pao/http';
import { type NewId, TransientError } from '@pao/kernel';
import { type Database, readOutboxLag } from '@pao/postgres';
import { type Logger, type Metrics, PeriodicJob } from '@pao/runtime';
import { createLostTaskMessage } from '../adapters/bus/lost-task.ts';
import { queueRoutes } from '../adapters/http/queues.ts';
import { createCollectDeadLetters } from '../adapters/jobs/collect-dead-letters.ts';
import { createPostgresDeadLetterStore } from '../adapters/postgres/dead-letter-store.ts';
import { createPostgresQueueSamples } from '../adapters/postgres/queue-samples.ts';
import type { Config } from '../config.ts';
import { createDecideLetters } from '../core/use-cases/queues/decide-letters.ts';
import { type AskQueue, createReadQueues, createSampleQueues } from '../core/use-cases/queues/read-queues.ts';

export interface QueuesOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly config: Pick<Config, 'bus'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly newId: NewId;
  /** The outbox has new rows. */
  readonly kick: () => void;
}

export interface Queues {
  readonly routes: readonly Route[];
  readonly jobs: readonly PeriodicJob[];
}

const COLLECT_MS = 5_000;
const SAMPLE_MS = 15_000;

const askOf =
  (bus: Bus): AskQueue =>
  async (queue) => {
    try {
      return await bus.stats(queue);
    } catch (thrown) {
      if (thrown instanceof TransientError) return undefined;
      throw thrown;
    }
  };

/** How full the queues are, and their dead letters. */
export const createQueues = ({ bus, database, config, logger, metrics, newId, kick }: QueuesOptions): Queues => {
  const now = (): Date => new Date();
  const { prefix, pools } = config.bus;
  const queues = createTopology({ prefix, pools }).queues.map(({ name, deadLetters }) => ({
    name,
    deadLetters: deadLetters.name,
  }));
  const names = new Set(queues.map(({ name }) => name));
  const store = createPostgresDeadLetterStore(database, {
    newId,
    lost: createLostTaskMessage({ newId, now }),
    committed: kick,
  });
  const samples = createPostgresQueueSamples(database);
  const reading = { queues, ask: askOf(bus), samples };
  const collect = createCollectDeadLetters({ source: bus, queues, park: store.park, logger });
  metrics.gauge('pao_dead_letters', 'Dead letters that wait for somebody, by queue', async () =>
    (await samples.parkedTotals()).map(({ queue, count }) => ({ labels: { queue }, value: count })),
  );
  return {
    routes: queueRoutes({
      read: createReadQueues(reading),
      store,
      decide: createDecideLetters(store, names),
      queues: names,
      outboxLag: () => readOutboxLag(database),
      now,
    }),
    jobs: [
      new PeriodicJob({ name: 'dead-letters', intervalMs: COLLECT_MS, run: collect, logger }),
      new PeriodicJob({ name: 'queue-samples', intervalMs: SAMPLE_MS, run: createSampleQueues(reading), logger }),
    ],
  };
};
