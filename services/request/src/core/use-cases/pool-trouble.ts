import type { Task as TaskView } from '@pao/contracts';
import type { Pool } from '../domain/pools.ts';
import type { Task } from '../domain/request.ts';

/** Why nobody takes a queued task, as far as its pool is the reason. Pools that never announced themselves say nothing of that. */
export const poolTrouble = (
  { status, executor }: Pick<Task, 'status' | 'executor'>,
  pools: readonly Pool[],
): Pick<TaskView, 'poolSilentSince' | 'poolMissing'> => {
  if (status !== 'queued' || pools.length === 0) return {};
  const pool = pools.find(({ name }) => name === executor);
  return {
    ...(pool?.hasQueue !== true && { poolMissing: true }),
    ...(pool?.isSilent && pool.lastSeenAt && { poolSilentSince: pool.lastSeenAt.toISOString() }),
  };
};
