import { LOG_LIMITS } from '@pao/contracts';
import type { Attempt } from '../domain/decide.ts';
import { cutText, plainText } from '../domain/log-text.ts';
import {
  chunkOf,
  type LogChunk,
  type LogLine,
  type LogRoom,
  type TaskProgress,
  tidyLines,
} from '../domain/task-log.ts';
import type { RequestStore } from '../ports/request-store.ts';
import type { LogTotals, TaskLogs } from '../ports/task-logs.ts';
import type { AttemptLog } from './log-of-result.ts';
import type { ReceivedReport, RecordOutcome } from './record-report.ts';

export interface ReceivedProgress {
  readonly requestId: string;
  readonly attempt: Attempt;
  readonly lines: readonly Omit<LogLine, 'progress'>[];
  readonly progress?: TaskProgress;
}

export interface RecordProgressDependencies {
  readonly store: Pick<RequestStore, 'find'>;
  readonly logs: TaskLogs;
  /** Told after lines of a request were stored. */
  readonly stored: (requestId: string) => void;
}

/** What there is room for beside what is kept already; a last line says that more came, and then nothing is added. */
const roomBeside = ({ lines, bytes }: LogTotals, extra: LogRoom): LogRoom => {
  const { progress } = LOG_LIMITS;
  return { lines: progress.lines + extra.lines - lines, bytes: progress.bytes + extra.bytes - bytes };
};

const NOTHING: LogRoom = { lines: 0, bytes: 0 };
/** The last place was taken by the line that says that more came. */
const isFull = ({ lines, bytes }: LogRoom): boolean => lines <= 0 || bytes <= 0;

const withProgress = (lines: readonly LogLine[], progress: TaskProgress | undefined): readonly LogLine[] => {
  const last = lines.at(-1);
  if (!progress || !last) return lines;
  const { text } = progress;
  const plain = { ...progress, ...(text !== undefined && { text: cutText(plainText(text), LOG_LIMITS.message) }) };
  return [...lines.slice(0, -1), { ...last, progress: plain }];
};

/** Keeps what an executor tells of an attempt that is under way, as far as there is room. */
export const recordProgress =
  ({ store, logs, stored }: RecordProgressDependencies) =>
  async ({ requestId, attempt, lines, progress }: ReceivedProgress): Promise<'stored' | 'absorbed'> => {
    const request = await store.find(requestId);
    const task = request?.tasks.find(({ id }) => id === attempt.taskId);
    // A generation that is not begun can't have a log; one that is over may.
    if (!task || attempt.generation > task.generation) return 'absorbed';
    const totals = await logs.totals(requestId, attempt);
    const room = roomBeside(totals, NOTHING);
    if (isFull(room)) return 'absorbed';
    const kept = tidyLines(lines, {
      limits: LOG_LIMITS,
      after: totals.lastSequence,
      room,
    });
    return keep(chunkOf(requestId, attempt, withProgress(kept, progress)), { logs, stored });
  };

const keep = async (
  chunk: LogChunk | undefined,
  { logs, stored }: Omit<RecordProgressDependencies, 'store'>,
): Promise<'stored' | 'absorbed'> => {
  if (!chunk || (await logs.append(chunk)) === 'known') return 'absorbed';
  stored(chunk.requestId);
  return 'stored';
};

/** Also keeps the lines of a result that came too late to change anything: it tells what happened all the same. */
export const keepLateLogs =
  (
    record: (received: ReceivedReport) => Promise<RecordOutcome>,
    dependencies: Omit<RecordProgressDependencies, 'store'>,
  ) =>
  async (received: ReceivedReport): Promise<RecordOutcome> => {
    const { logs = [], requestId } = received;
    const outcome = await record(received);
    if (outcome.kind === 'recorded') return outcome;
    const { kind } = outcome.reason;
    if (kind === 'unknown-request' || kind === 'unknown-task' || kind === 'handled-before') return outcome;
    for (const late of logs) await keepLate(requestId, late, dependencies);
    return outcome;
  };

const keepLate = async (
  requestId: string,
  { attempt, log }: AttemptLog,
  dependencies: Omit<RecordProgressDependencies, 'store'>,
): Promise<void> => {
  if (!Array.isArray(log)) return;
  const totals = await dependencies.logs.totals(requestId, attempt);
  const room = roomBeside(totals, LOG_LIMITS.result);
  if (isFull(room)) return;
  const lines = tidyLines(log, { limits: LOG_LIMITS, after: totals.lastSequence, room });
  await keep(chunkOf(requestId, attempt, lines), dependencies);
};
