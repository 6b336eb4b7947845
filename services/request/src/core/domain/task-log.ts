import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Attempt } from './decide.ts';
import { cutText, plainJson, plainText } from './log-text.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface TaskProgress {
  readonly percent?: number;
  readonly text?: string;
}

/** One line of the log of one task in one generation, fit to be kept and shown. */
export interface LogLine {
  readonly sequence: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly data?: JsonObject;
  readonly progress?: TaskProgress;
}

/** Lines that came with one message. */
export interface LogChunk extends Attempt {
  readonly requestId: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly lineCount: number;
  /** Of the JSON text. */
  readonly bytes: number;
  readonly lines: readonly LogLine[];
}

/** What may still be kept. */
export interface LogRoom {
  readonly lines: number;
  readonly bytes: number;
}

export interface LogLimits {
  readonly message: number;
  readonly data: number;
}

const MAX_SEQUENCE = 2_000_000_000;

const isSequence = (value: Json | undefined): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SEQUENCE;

const dataOf = (data: Json | undefined, limit: number): { readonly data?: JsonObject } => {
  if (data === undefined || data === null) return {};
  const plain = isJsonObject(data) ? plainJson(data) : undefined;
  // Depth is limited by now, so that the text can be made at all.
  const fits = plain !== undefined && Buffer.byteLength(JSON.stringify(plain)) <= limit;
  return { data: fits ? (plain as JsonObject) : { dropped: `not an object of at most ${limit} bytes` } };
};

/** A line as others wrote it; undefined when it is none. */
const lineOf = (value: Json, limits: LogLimits): LogLine | undefined => {
  if (!isJsonObject(value)) return undefined;
  const { sequence, at, level, message, data } = value;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (!isSequence(sequence) || Number.isNaN(time) || typeof message !== 'string') return undefined;
  if (!(LEVELS as readonly Json[]).includes(level ?? null)) return undefined;
  // A text that is far too long is cut before anything else is done with it.
  const text = cutText(plainText(message.slice(0, limits.message)), limits.message);
  return {
    sequence,
    at: new Date(time).toISOString(),
    level: level as LogLevel,
    message: message.length > limits.message && !text.endsWith('…') ? cutText(`${text}…`, limits.message) : text,
    ...dataOf(data, limits.data),
  };
};

const droppedLine = ({ sequence, at }: Pick<LogLine, 'sequence' | 'at'>): LogLine => ({
  sequence,
  at,
  level: 'warn',
  message: 'More lines came than are kept of one task; they were dropped.',
});

export interface TidyOptions {
  readonly limits: LogLimits;
  /** Lines up to this sequence are known already. */
  readonly after: number;
  readonly room: LogRoom;
}

/**
 * What others wrote as the lines of a log, made fit to be kept: in order, each once, cut to what there is room for. What is not a
 * line, and what is more than there is room for, is left out, which a line says.
 */
export const tidyLines = (given: readonly Json[], { limits, after, room }: TidyOptions): readonly LogLine[] => {
  const looked = given.slice(0, room.lines + 1);
  const lines = looked.flatMap((value) => lineOf(value, limits) ?? []).toSorted((a, b) => a.sequence - b.sequence);
  const strange = looked.length - lines.length;
  const news = lines.filter(({ sequence }, index) => sequence > Math.max(after, lines[index - 1]?.sequence ?? 0));
  // Nearly always, and one text for all costs less than one for each.
  if (news.length < room.lines && sizeOf(news) + RESERVED <= room.bytes) return withStrange(news, strange);
  const kept: LogLine[] = [];
  let bytes = 0;
  for (const line of news) {
    const size = sizeOf(line) + 1;
    // The last place is for the line that says that more came, so that whoever reads always learns of it.
    if (kept.length + 1 >= room.lines || bytes + size + RESERVED > room.bytes) return [...kept, droppedLine(line)];
    kept.push(line);
    bytes += size;
  }
  return withStrange(kept, strange);
};

/** The last line says how many were no lines. */
const withStrange = (lines: readonly LogLine[], strange: number): readonly LogLine[] => {
  const last = lines.at(-1);
  if (strange === 0 || !last) return lines;
  return [...lines.slice(0, -1), { ...last, data: { ...last.data, linesNotInForm: strange } }];
};

/** In bytes of JSON text. */
const sizeOf = (value: LogLine | readonly LogLine[]): number => Buffer.byteLength(JSON.stringify(value));

/** Bytes for the line that says that more came. */
const RESERVED = 256;

/** Lines as they are stored; undefined where there are none. */
export const chunkOf = (
  requestId: string,
  { taskId, generation }: Attempt,
  lines: readonly LogLine[],
): LogChunk | undefined => {
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last) return undefined;
  return {
    requestId,
    taskId,
    generation,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    lineCount: lines.length,
    bytes: sizeOf(lines),
    lines,
  };
};
