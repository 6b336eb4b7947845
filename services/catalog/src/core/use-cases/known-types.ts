import type { ServedPool } from '@pao/documents';
import { canonicalJson } from '@pao/kernel';
import type { ServedAnnouncement, ServedTypes } from '../ports/served-types.ts';

/** What is served now, as documents are judged by it. */
export interface KnownTypes {
  current(): readonly ServedPool[];
  /** Reads it anew; says whether it is something else than before. */
  refresh(): Promise<boolean>;
}

export const createKnownTypes = (served: Pick<ServedTypes, 'pools'>): KnownTypes => {
  let pools: readonly ServedPool[] = [];
  return {
    current: () => pools,
    refresh: async () => {
      const next = await served.pools();
      const changed = canonicalJson(next) !== canonicalJson(pools);
      if (changed) pools = next;
      return changed;
    },
  };
};

export interface RecordAnnouncementDependencies {
  readonly served: Pick<ServedTypes, 'announce'>;
  readonly known: KnownTypes;
  /** Documents may be judged otherwise now. */
  readonly changed: () => void;
}

/** Keeps what an executor tells that it serves. */
export const createRecordAnnouncement =
  ({ served, known, changed }: RecordAnnouncementDependencies) =>
  async (announcement: ServedAnnouncement): Promise<void> => {
    await served.announce(announcement);
    if (await known.refresh()) changed();
  };
