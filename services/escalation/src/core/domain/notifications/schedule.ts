import type { EventName, QuietHours, Schedule, Settings } from './subscription.ts';

/** What may be told in quiet hours where the subscription lets urgent events pass. */
const URGENT = new Set<string>(['failed', 'escalated', 'approval-reminder']);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Local {
  /** Midnight of the local date, as if it were UTC. */
  readonly day: number;
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size < 1_000) formats.set(timeZone, format);
  return format;
};

export const isTimeZone = (timeZone: string): boolean => {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
};

/** What clocks in the zone show, as milliseconds as if it were UTC. */
const wallClock = (instant: number, timeZone: string): number => {
  const parts = formatOf(timeZone).formatToParts(instant);
  const number = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
};

const localOf = (instant: number, timeZone: string): Local => {
  const wall = wallClock(instant, timeZone);
  const day = Math.floor(wall / DAY_MS) * DAY_MS;
  return { day, minutes: Math.floor((wall - day) / 60_000) };
};

/** The instant at which clocks show this: the first of two in autumn, and as much later as the clocks skip in spring. */
export const instantOf = (wall: number, timeZone: string): number => {
  const offsetAt = (instant: number): number => wallClock(instant, timeZone) - Math.floor(instant / 1_000) * 1_000;
  const before = offsetAt(wall - DAY_MS);
  const first = wall - before;
  if (offsetAt(first) === before) return first;
  const second = wall - offsetAt(wall + DAY_MS);
  // In a gap neither shows it: the clock of before says how long it is.
  return wallClock(second, timeZone) === wall ? second : first;
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const nextDaily = (after: number, at: string, timeZone: string): number => {
  const { day } = localOf(after, timeZone);
  for (let ahead = 0; ahead <= 2; ahead += 1) {
    const instant = instantOf(day + ahead * DAY_MS + minutesOf(at) * 60_000, timeZone);
    if (instant > after) return instant;
  }
  return after + DAY_MS;
};

const nextOf = (now: number, schedule: Schedule): number => {
  switch (schedule.kind) {
    case 'immediately':
      return now;
    case 'hourly':
      return (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
    case 'daily':
      return nextDaily(now, schedule.at, schedule.timeZone);
    default:
      return schedule satisfies never;
  }
};

const weekday = (day: number): number => ((new Date(day).getUTCDay() + 6) % 7) + 1;

/** When the quiet hours end that this instant is in; undefined outside them. */
export const quietUntil = (instant: number, { from, to, days, timeZone }: QuietHours): number | undefined => {
  const { day } = localOf(instant, timeZone);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const overnight = end <= start;
  for (const begins of overnight ? [day - DAY_MS, day] : [day]) {
    if (!days.includes(weekday(begins))) continue;
    const opens = instantOf(begins + start * 60_000, timeZone);
    const closes = instantOf(begins + (overnight ? DAY_MS : 0) + end * 60_000, timeZone);
    if (instant >= opens && instant < closes) return closes;
  }
  return undefined;
};

export interface Due {
  readonly dueAt: Date;
  /** Waits for others, to go out with them. */
  readonly held: boolean;
}

/** When something that happens now is told. */
export const dueOf = (
  event: EventName,
  { schedule, quietHours }: Pick<Settings, 'schedule' | 'quietHours'>,
  now: Date,
): Due => {
  let due = nextOf(now.getTime(), schedule);
  const passes = quietHours === null || (quietHours.urgentPasses && URGENT.has(event));
  // Quiet hours around the clock would end one after another for ever: a week of them is as long as it gets.
  for (let rounds = 0; !passes && rounds < 7; rounds += 1) {
    const until = quietUntil(due, quietHours);
    if (until === undefined) break;
    due = until;
  }
  return { dueAt: new Date(due), held: due !== now.getTime() };
};
