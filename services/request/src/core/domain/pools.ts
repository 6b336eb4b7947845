import { type AnnouncedActionType, POOL_SILENT_AFTER_MS } from '@pao/contracts';

/** What one executor told of itself last. */
export interface Announcement {
  readonly pool: string;
  readonly instance: string;
  readonly actionTypes: readonly AnnouncedActionType[];
  readonly announcedAt: Date;
  /** It said that it stops. */
  readonly stopping: boolean;
}

export interface Pool {
  readonly name: string;
  readonly lastSeenAt: Date | null;
  readonly isSilent: boolean;
  readonly hasQueue: boolean;
  /** Those that run, as far as is known. */
  readonly instances: readonly Pick<Announcement, 'instance' | 'announcedAt'>[];
  /** Of several that announce the same type, the last one counts. */
  readonly actionTypes: readonly AnnouncedActionType[];
}

/**
 * The pools that have announced themselves, and those that have a queue, by name. What executors of a pool can do stays known when
 * none of them is left.
 */
export const poolsOf = (
  announcements: readonly Announcement[],
  queues: readonly string[],
  now: Date,
): readonly Pool[] => {
  const byPool = Map.groupBy(announcements, ({ pool }) => pool);
  const names = [...new Set([...byPool.keys(), ...queues])].toSorted();
  return names.map((name) => poolOf(name, byPool.get(name) ?? [], { hasQueue: queues.includes(name), now }));
};

const poolOf = (
  name: string,
  announcements: readonly Announcement[],
  { hasQueue, now }: { readonly hasQueue: boolean; readonly now: Date },
): Pool => {
  const inOrder = announcements.toSorted((a, b) => a.announcedAt.getTime() - b.announcedAt.getTime());
  const since = now.getTime() - POOL_SILENT_AFTER_MS;
  const instances = inOrder.filter(({ stopping, announcedAt }) => !stopping && announcedAt.getTime() >= since);
  const types = new Map(inOrder.flatMap(({ actionTypes }) => actionTypes.map((type) => [type.type, type] as const)));
  return {
    name,
    lastSeenAt: inOrder.at(-1)?.announcedAt ?? null,
    isSilent: instances.length === 0,
    hasQueue,
    instances: instances.map(({ instance, announcedAt }) => ({ instance, announcedAt })),
    actionTypes: [...types.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1)),
  };
};
