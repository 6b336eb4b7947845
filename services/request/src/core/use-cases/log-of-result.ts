import { LOG_LIMITS } from '@pao/contracts';
import type { Json } from '@pao/kernel';
import type { Attempt } from '../domain/decide.ts';
import { chunkOf, type LogChunk, tidyLines } from '../domain/task-log.ts';

interface Told {
  readonly requestId: string;
  readonly report: Attempt;
  readonly log?: Json;
}

/** The lines that came with a result, fit to be kept; undefined where there are none. Whatever came, the result counts. */
export const logOfResult = ({ requestId, report, log }: Told): LogChunk | undefined =>
  Array.isArray(log)
    ? chunkOf(requestId, report, tidyLines(log, { limits: LOG_LIMITS, after: 0, room: LOG_LIMITS.result }))
    : undefined;
