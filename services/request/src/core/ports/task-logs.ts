import type { Attempt } from '../domain/decide.ts';
import type { LogChunk, LogLevel, LogLine } from '../domain/task-log.ts';

/** What is kept already of the log of one task in one generation. */
export interface LogTotals {
  readonly lines: number;
  readonly bytes: number;
  readonly lastSequence: number;
}

/** Where a line stands in the order of time. */
export interface LinePlace {
  /** ISO 8601. */
  readonly at: string;
  readonly source: 'request' | 'executor';
  /** The task whose line it is; empty for a change of the audit, whose lines have one order. */
  readonly lane: string;
  readonly generation: number;
  readonly sequence: number;
}

export interface LogFilter {
  readonly taskId?: string;
  /** This severe, or more. */
  readonly level?: LogLevel;
  readonly since?: Date;
}

export interface LogPage extends LogFilter {
  readonly requestId: string;
  /** The lines that come next after, or last before, a place; the last of all without. */
  readonly from?: { readonly direction: 'after' | 'before'; readonly place: LinePlace };
  readonly limit: number;
}

/** A line of an executor, or a change of the audit that a line is made of. */
export type StoredLine = LinePlace & {
  /** Empty for what concerns the request as a whole. */
  readonly taskId: string;
  readonly level: LogLevel;
  readonly line: Pick<LogLine, 'message' | 'data' | 'progress'> | null;
  readonly change: {
    readonly change: string;
    readonly from: string | null;
    readonly to: string;
    readonly actor: string;
    readonly reason: string | null;
    readonly generation: number | null;
  } | null;
};

/** How far somebody has read what a request has: each of both only ever grows, in the order of commits. */
export interface LogPosition {
  readonly audit: number;
  readonly logs: number;
}

/** What lies between two positions, in the order of time. */
export interface LogBatch {
  readonly until: LogPosition;
  readonly lines: readonly StoredLine[];
}

/** What executors tell of their attempts, and what else happened to the request. */
export interface TaskLogs {
  /** Keeps lines unless a message with this last line was kept before, or the request does not exist. */
  append(chunk: LogChunk): Promise<'stored' | 'known'>;
  totals(requestId: string, attempt: Attempt): Promise<LogTotals>;
  /** One line more than the limit says that there are more; in the order of time whatever the direction. */
  page(page: LogPage): Promise<readonly StoredLine[]>;
  /** All that came after a position, up to another or up to now. */
  between(requestId: string, after: LogPosition, until?: LogPosition): Promise<LogBatch>;
  /** The place of the last message kept of each request that has one. */
  lastPositions(requestIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Says when lines were added to a request without any change of it, whichever process did it. */
export interface LogFeed {
  subscribe(requestId: string, known: number, listener: () => void): () => void;
}
