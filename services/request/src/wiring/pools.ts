import type { ExecutorAnnouncedV1 } from '@pao/contracts';
import type { Route } from '@pao/http';
import type { Database } from '@pao/postgres';
import type { Metrics } from '@pao/runtime';
import { executorRoutes } from '../adapters/http/executors.ts';
import { createRememberedPools } from '../adapters/memory/remembered-pools.ts';
import { createPostgresExecutors } from '../adapters/postgres/executors.ts';
import type { Config } from '../config.ts';
import type { Executors } from '../core/ports/executors.ts';
import type { KnownPools } from '../core/ports/known-pools.ts';
import { recordAnnouncement } from '../core/use-cases/record-announcement.ts';

export interface Pools {
  readonly known: KnownPools;
  readonly executors: Executors;
  readonly routes: readonly Route[];
  readonly recordAnnouncement: (announcement: ExecutorAnnouncedV1) => Promise<void>;
}

/** Who carries out what, as executors tell it. */
export const createPools = (database: Database, config: Pick<Config, 'bus'>, now: () => Date): Pools => {
  const executors = createPostgresExecutors(database);
  const known = createRememberedPools({ executors, queues: config.bus.pools, now });
  return {
    known,
    executors,
    routes: executorRoutes({ pools: known, executors }),
    recordAnnouncement: recordAnnouncement({ executors, pools: known, now }),
  };
};

/** Pools that have announced themselves: how many of their executors run; 0 is silence. */
export const registerPoolMetrics = (metrics: Metrics, { known }: Pick<Pools, 'known'>): void =>
  metrics.gauge('pao_executor_pool_instances', 'Executors that run, by pool; 0 when a pool is silent', async () =>
    (await known.read())
      .filter(({ lastSeenAt }) => lastSeenAt !== null)
      .map(({ name, instances }) => ({ labels: { pool: name }, value: instances.length })),
  );
