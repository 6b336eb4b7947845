import { LOG_LIMITS } from '@pao/contracts';
import type { Json } from '@pao/kernel';
import type { Attempt } from '../domain/decide.ts';
import type { Request, Task } from '../domain/request.ts';
import { chunkOf, type LogChunk, tidyLines } from '../domain/task-log.ts';

/** What came with a report, of one attempt. */
export interface AttemptLog {
  readonly attempt: Attempt;
  /** Its lines, as they came. */
  readonly log: Json;
}

/** The lines that came with a result, fit to be kept. Whatever came, the result counts. */
export const logsOfResult = ({ id, tasks }: Request, logs: readonly AttemptLog[]): readonly LogChunk[] =>
  logs.flatMap(({ attempt, log }) => {
    if (!Array.isArray(log) || !mayHaveLog(tasks, attempt)) return [];
    const lines = tidyLines(log, { limits: LOG_LIMITS, after: 0, room: LOG_LIMITS.result });
    return chunkOf(id, attempt, lines) ?? [];
  });

/** A generation that is not begun can't have one; one that is over may. */
const mayHaveLog = (tasks: readonly Task[], { taskId, generation }: Attempt): boolean =>
  tasks.some((task) => task.id === taskId && generation <= task.generation);
