import type { Ending, Park } from './verdict.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** A wait of longer is cut. */
const MAX_WAIT_MS = 400 * DAY;
const MAX_CHECK_MS = 300 * SECOND;

const within = (ms: number, min: number, max: number): number =>
  Number.isFinite(ms) ? Math.min(Math.max(Math.round(ms), min), max) : max;

/** When it is given up what a task waits for, of database time. */
export const untilOf = ({ atMostMs }: Park, at: Date): Date =>
  new Date(at.getTime() + within(atMostMs, SECOND, MAX_WAIT_MS));

/** Milliseconds until the task is looked at: a check once a second at most and every five minutes at least, the others at their end. */
export const wakeInMs = (park: Park, leftMs: number): number => {
  const left = Math.max(0, leftMs);
  return park.kind === 'check' ? Math.min(within(park.afterMs, SECOND, MAX_CHECK_MS), left) : left;
};

const detailsOf = (park: Park): string | undefined => (park.kind === 'approval' ? park.details : undefined);

/** Whether people would see the same. */
export const isSameWait = (one: Park, other: Park): boolean =>
  one.kind === other.kind && one.what === other.what && one.url === other.url && detailsOf(one) === detailsOf(other);

/** Pause after a look that failed: 2 s, doubled each time, five minutes at most. */
export const pauseAfter = (failures: number): number => Math.min(SECOND * 2 ** Math.min(failures, 20), MAX_CHECK_MS);

/** A look of those that change nothing is logged at 10, 20, …, 100, 200, …, 1000, 2000, …: a long wait stays readable. */
export const isLoggedLook = (looks: number): boolean =>
  looks > 0 && looks % Math.min(1_000, 10 ** Math.max(1, Math.floor(Math.log10(looks)))) === 0;

const UNITS = [
  ['d', DAY],
  ['h', 3_600 * SECOND],
  ['min', 60 * SECOND],
] as const;

const duration = (ms: number): string => {
  const [name, size] = UNITS.find(([, unit]) => ms >= 2 * unit) ?? ['s', SECOND];
  return `${Math.round(ms / size)} ${name}`;
};

/** How a wait ends that nothing came of. */
export const timedOut = (park: Park, waitedMs: number, looks: number, trouble?: string): Ending => ({
  kind: 'unknown',
  failure: {
    code: 'WAIT_TIMED_OUT',
    message:
      `Waited ${duration(waitedMs)} for ${park.what}, and it did not come to an end. It may still go on: ` +
      `look at ${park.url ?? 'the target'} before you retry.`,
    evidence: {
      waitedFor: park.what,
      kind: park.kind,
      looks,
      ...(park.url !== undefined && { url: park.url }),
      ...(trouble !== undefined && { lastLook: trouble }),
    },
  },
});

/** The ending of a wait, in the evidence of a failure with what was waited for under which name. */
export const withWait = (ending: Ending, attempt: string, { what, url }: Park): Ending => {
  if (ending.kind === 'ok') return ending;
  const { failure } = ending;
  const wait = { attempt, waitedFor: what, ...(url !== undefined && { url }) };
  return { ...ending, failure: { ...failure, evidence: { ...wait, ...failure.evidence } } };
};
