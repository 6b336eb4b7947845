import { AWAITS_APPROVAL, type Change } from './audit.ts';
import { REQUEST_TRANSITIONS, type RequestStatus } from './transitions.ts';

/**
 * Where the time of a request went. `human`: it waited for a person's decision, or for what people did by tickets. `waiting`: for the
 * outer world. `automation`: an executor was at it. `queue`: none of these.
 */
export const SEGMENTS = ['approval', 'human', 'waiting', 'automation', 'queue'] as const;

export type Segment = (typeof SEGMENTS)[number];

/** Milliseconds; the segments add up to the total. */
export type LeadTime = Readonly<Record<Segment | 'total', number>>;

export type TimedChange = Pick<Change, 'at' | 'taskId' | 'change' | 'to'>;

/** When the last attempt of a task began and ended, by the clock of who was at it. */
export interface TaskTimes {
  readonly id: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface Timeline {
  readonly createdAt: Date;
  /** In the order of the audit. */
  readonly changes: readonly TimedChange[];
  readonly tasks: readonly TaskTimes[];
}

/** What a request that is over became of, and when; undefined while it is not. */
export const endOf = (changes: readonly TimedChange[]): { readonly outcome: string; readonly at: Date } | undefined => {
  const end = changes.find((change) => isOfRequest(change) && REQUEST_TRANSITIONS[change.to].length === 0);
  return end && { outcome: end.to, at: end.at };
};

/**
 * Each moment between creation and end belongs to one segment, whatever overlaps: to the first in the order of `SEGMENTS` that
 * something of the request is in. Times that contradict each other, as those of several clocks may, are moved as little as needed.
 */
export const leadTimeOf = (timeline: Timeline, until: Date): LeadTime => {
  const spent = { approval: 0, human: 0, waiting: 0, automation: 0, queue: 0 };
  const start = timeline.createdAt.getTime();
  const end = Math.max(until.getTime(), start);
  let now = start;
  let request: RequestStatus = 'submitted';
  const tasks = new Map<string, string>();
  for (const { at, change } of inOrder(timeline)) {
    const next = clamp(at, now, end);
    spent[segmentOf(request, tasks)] += next - now;
    now = next;
    if (isOfRequest(change)) request = change.to;
    else if (change.taskId !== null)
      tasks.set(change.taskId, change.change === AWAITS_APPROVAL ? AWAITS_APPROVAL : change.to);
  }
  spent[segmentOf(request, tasks)] += end - now;
  return { ...spent, total: end - start };
};

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** Not every row without a task is one of the request's own state: approvals have theirs. */
const isOfRequest = (change: TimedChange): change is TimedChange & { readonly to: RequestStatus } =>
  change.taskId === null && change.to in REQUEST_TRANSITIONS;

const PEOPLES: ReadonlySet<RequestStatus> = new Set(['failed', 'escalating', 'escalated']);

const segmentOf = (request: RequestStatus, tasks: ReadonlyMap<string, string>): Segment => {
  if (request === 'awaiting-approval') return 'approval';
  const has = (...statuses: readonly string[]): boolean =>
    [...tasks.values()].some((status) => statuses.includes(status));
  if (PEOPLES.has(request) || (request !== 'aborting' && has('failed', 'stuck', AWAITS_APPROVAL))) return 'human';
  if (has('waiting')) return 'waiting';
  return has('processing') ? 'automation' : 'queue';
};

interface Moment {
  readonly at: number;
  readonly change: TimedChange;
}

/** The audit says when something became known; of the last attempt of a task it is known when it was. */
const inOrder = ({ createdAt, changes, tasks }: Timeline): readonly Moment[] => {
  const times = new Map(tasks.map((task) => [task.id, task]));
  const last = new Map(changes.map(({ taskId, to }, index) => [`${taskId} ${to}`, index]));
  const before = new Map<string | null, number>();
  const moments = changes.map((change, index): Moment => {
    const { taskId, to } = change;
    const known = change.at.getTime();
    const real = last.get(`${taskId} ${to}`) === index ? realTime(times.get(taskId ?? ''), to) : undefined;
    const at =
      real === undefined ? known : clamp(real, Math.min(before.get(taskId) ?? createdAt.getTime(), known), known);
    before.set(taskId, at);
    return { at, change };
  });
  return moments.toSorted((a, b) => a.at - b.at);
};

const realTime = (task: TaskTimes | undefined, to: string): number | undefined => {
  if (to === 'processing') return task?.startedAt?.getTime();
  return to === 'completed' || to === 'failed' || to === 'stuck' ? task?.finishedAt?.getTime() : undefined;
};
