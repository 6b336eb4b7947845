import { endOf, leadTimeOf } from '../domain/lead-time.ts';
import type { EndPlace, LeadTimes } from '../ports/lead-times.ts';

export interface RecordLeadTimesDependencies {
  readonly leadTimes: LeadTimes;
  readonly now: () => Date;
}

const BATCH = 200;
/** A change may be committed that much after its time, and clocks of replicas differ by less. */
const LATE_MS = 120_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Records where the time of requests went that have ended since the last run. Returns of how many. */
export const recordLeadTimes =
  ({ leadTimes, now }: RecordLeadTimesDependencies) =>
  async (signal: AbortSignal): Promise<number> => {
    const begun = now();
    const upTo = await leadTimes.progress();
    let place: EndPlace = { at: new Date((upTo?.getTime() ?? LATE_MS) - LATE_MS), requestId: NOBODY, sequence: 0 };
    let recorded = 0;
    for (;;) {
      const ends = await leadTimes.unrecorded(place, BATCH);
      recorded += await recordAll(ends, leadTimes);
      place = ends.at(-1) ?? place;
      if (ends.length < BATCH) break;
      // What was not reached is found by the next run.
      if (signal.aborted) return recorded;
      await leadTimes.saveProgress(place.at);
    }
    await leadTimes.saveProgress(begun);
    return recorded;
  };

const recordAll = async (ends: readonly EndPlace[], leadTimes: LeadTimes): Promise<number> => {
  if (ends.length === 0) return 0;
  const timelines = await leadTimes.timelines([...new Set(ends.map(({ requestId }) => requestId))]);
  const rows = timelines.flatMap((timeline) => {
    const end = endOf(timeline.changes);
    const { createdAt, changes: _changes, tasks: _tasks, ...facts } = timeline;
    return end
      ? [{ ...facts, createdAt, outcome: end.outcome, endedAt: end.at, leadTime: leadTimeOf(timeline, end.at) }]
      : [];
  });
  await leadTimes.record(rows);
  return rows.length;
};
