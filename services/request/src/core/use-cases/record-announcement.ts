import type { ExecutorAnnouncedV1 } from '@pao/contracts';
import type { Json } from '@pao/kernel';
import { toStorable } from '../domain/storable.ts';
import type { Executors } from '../ports/executors.ts';
import type { KnownPools } from '../ports/known-pools.ts';

export interface AnnouncementDependencies {
  readonly executors: Pick<Executors, 'announce'>;
  readonly pools: Pick<KnownPools, 'forget'>;
  readonly now: () => Date;
}

/** Keeps what an executor tells of itself. A clock that is ahead does not keep a pool awake. */
export const recordAnnouncement =
  ({ executors, pools, now }: AnnouncementDependencies) =>
  async ({ pool, instance, actionTypes, announcedAt, stopping = false }: ExecutorAnnouncedV1): Promise<void> => {
    const at = new Date(Math.min(new Date(announcedAt).getTime(), now().getTime()));
    const types = toStorable(actionTypes as unknown as Json) as unknown as typeof actionTypes;
    await executors.announce({ pool, instance: toStorable(instance), actionTypes: types, announcedAt: at, stopping });
    pools.forget();
  };
