import type { LogLine, TaskProgress } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import type { Ending, Verdict } from './verdict.ts';

/**
 * What went on in one attempt, for people. Its texts come from what is fit to be told: targets without query and credentials,
 * failures and findings that were scrubbed, names of outputs; never from a configuration or an answer.
 */
export interface TaskLog {
  add(level: LogLine['level'], message: string, data?: JsonObject): void;
  /** How far it is, with a line that says so. */
  progress(percent: number, text?: string): void;
  /** What was said last of how far it is. */
  reached(): TaskProgress | undefined;
  /** The lines since they were taken last. */
  take(): LogLine[];
  /** The sequence of the last line. */
  last(): number;
  /** Lines that could not be told: they come with the next. A line that was told all the same is known by its sequence. */
  putBack(lines: readonly LogLine[]): void;
}

/** Each holder of an attempt numbers its lines in a range of its own, so that none is taken for another's. */
const RANGE = 10_000;
/** The fence under which the next holder numbers its lines above this one. */
export const fenceAbove = (sequence: number): number => Math.floor(sequence / RANGE) + 1;
/** Of one text; a failure is told in full with the end. */
const MAX_TEXT = 300;
/** JSON text of a line's data. */
const MAX_DATA = 2_000;
/** Lines that wait to be told; an attempt has a few for each of its tries. */
const MAX_WAITING = 100;

const short = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text.toWellFormed();

/** Lines of action types of other teams may carry anything. */
const shortData = (data: JsonObject): NonNullable<LogLine['data']> => {
  const size = JSON.stringify(data).length;
  return (size <= MAX_DATA ? data : { cut: `${size} characters` }) as NonNullable<LogLine['data']>;
};

export const createTaskLog = (now: () => Date, fence = 1): TaskLog => continueTaskLog(now, (fence - 1) * RANGE);

/** The log of a task whose earlier lines are told. */
export const continueTaskLog = (now: () => Date, told: number): TaskLog => {
  let sequence = told;
  let waiting: LogLine[] = [];
  let reached: TaskProgress | undefined;
  const add: TaskLog['add'] = (level, message, data) => {
    sequence += 1;
    const line = { sequence, at: now().toISOString(), level, message: short(message) };
    // The contract's types are mutable where ours are not; the text is the same.
    waiting.push(data === undefined ? line : { ...line, data: shortData(data) });
    if (waiting.length > MAX_WAITING) waiting.shift();
  };
  return {
    add,
    progress: (percent, text) => {
      if (!Number.isFinite(percent)) return;
      const at = Math.min(100, Math.max(0, Math.round(percent)));
      reached = { percent: at, ...(text !== undefined && { text: short(text) }) };
      add('info', text === undefined ? `${at} % done` : `${at} %: ${text}`);
    },
    reached: () => reached,
    last: () => sequence,
    take: () => {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    putBack: (lines) => {
      waiting = [...lines, ...waiting].slice(-MAX_WAITING);
    },
  };
};

const statusOf = (verdict: Verdict): JsonObject => {
  const evidence = verdict.kind === 'ok' ? verdict.evidence : verdict.failure.evidence;
  const status = evidence?.['status'];
  return typeof status === 'number' ? { status } : {};
};

/** One try and what came of it. */
export const logTry = (log: TaskLog, verdict: Verdict, { tries, tookMs }: { tries: number; tookMs: number }): void => {
  const took = Math.round(tookMs);
  const data = { try: tries, outcome: verdict.kind, ...statusOf(verdict), tookMs: took };
  if (verdict.kind === 'ok') return log.add('info', `try ${tries}: done in ${took} ms`, data);
  const { code, message } = verdict.failure;
  return log.add('warn', `try ${tries}: ${code} after ${took} ms: ${message}`, { ...data, code });
};

/** How the attempt ended; names of outputs, never their values. */
export const logEnd = (log: TaskLog, ending: Ending, outputs: JsonObject): void => {
  if (ending.kind === 'ok') {
    const names = Object.keys(outputs);
    if (names.length > 0) log.add('debug', `outputs read: ${names.join(', ')}`);
    return log.add('info', 'ended: the effect is done');
  }
  const { code } = ending.failure;
  const what = ending.kind === 'unknown' ? 'nobody knows whether the effect happened' : 'the effect did not happen';
  return log.add('error', `ended: ${what} (${code})`, { code });
};
