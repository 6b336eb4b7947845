import { type ExecutorPool, listExecutors } from '@pao/contracts';
import { type Route, route } from '@pao/http';
import type { Pool } from '../../core/domain/pools.ts';
import type { Executors } from '../../core/ports/executors.ts';
import type { KnownPools } from '../../core/ports/known-pools.ts';

export interface ExecutorRoutesOptions {
  readonly pools: Pick<KnownPools, 'read'>;
  readonly executors: Pick<Executors, 'queued'>;
}

const poolView = (pool: Pool, queued: number): ExecutorPool => ({
  pool: pool.name,
  silent: pool.isSilent,
  lastSeenAt: pool.lastSeenAt?.toISOString() ?? null,
  hasQueue: pool.hasQueue,
  instances: pool.instances.map(({ instance, announcedAt }) => ({ instance, lastSeenAt: announcedAt.toISOString() })),
  queued,
  actionTypes: [...pool.actionTypes],
});

/** Who carries out what. */
export const executorRoutes = ({ pools, executors }: ExecutorRoutesOptions): readonly Route[] => [
  route(listExecutors, async ({ identity: { tenant } }) => {
    const [known, queued] = await Promise.all([pools.read(), executors.queued(tenant)]);
    return { data: known.map((pool) => poolView(pool, queued.get(pool.name) ?? 0)) };
  }),
];
