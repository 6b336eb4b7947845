import type { Change } from '../domain/audit.ts';
import { LEVELS, type LogLevel } from '../domain/task-log.ts';
import { isFinal } from '../domain/transitions.ts';
import type { ChangeFeed } from '../ports/change-feed.ts';
import type { AuditPosition, RequestReader } from '../ports/request-reader.ts';
import type { LogBatch, LogFeed, LogPosition, StoredLine, TaskLogs } from '../ports/task-logs.ts';

/** A place in a stream: so many lines of what lies between two positions were told. */
export interface LogPlace {
  readonly after: LogPosition;
  /** Absent at the end of what was read together. */
  readonly within?: { readonly until: LogPosition; readonly told: number };
}

export interface FollowLogsCommand {
  readonly tenantId: string;
  readonly requestId: string;
  readonly place?: LogPlace;
  readonly taskId?: string;
  readonly level?: LogLevel;
  /** Of what there is, only the last. */
  readonly tail?: number;
  readonly signal: AbortSignal;
}

export interface FollowLogsDependencies {
  readonly reader: Pick<RequestReader, 'positions'>;
  readonly logs: TaskLogs;
  readonly changes: ChangeFeed;
  readonly feed: LogFeed;
}

export interface FollowedLine {
  readonly place: LogPlace;
  readonly line: StoredLine;
}

const START: LogPosition = { audit: 0, logs: 0 };

/**
 * The lines of a request and of its tasks, in the order of time as far as they are read together, then each as it arrives; ends when
 * the request has ended. Undefined when the tenant has no such request.
 */
export const followLogs =
  (dependencies: FollowLogsDependencies) =>
  async (command: FollowLogsCommand): Promise<AsyncIterable<FollowedLine> | undefined> => {
    const [position] = await dependencies.reader.positions([command.requestId]);
    return position?.tenantId === command.tenantId ? follow(position, command, dependencies) : undefined;
  };

async function* follow(
  position: AuditPosition,
  command: FollowLogsCommand,
  { logs, changes, feed }: FollowLogsDependencies,
): AsyncGenerator<FollowedLine> {
  const { requestId, place = { after: START }, signal } = command;
  const bell = createBell(signal);
  let { after } = place;
  const endings = [
    changes.subscribe(requestId, position.sequence, (news: readonly Change[]) => bell.ring(news)),
    feed.subscribe(requestId, after.logs, () => bell.ring([])),
  ];
  try {
    let batch = await logs.between(requestId, after, place.within?.until);
    let skipped = place.within?.told ?? 0;
    let wanted = command.place ? Number.POSITIVE_INFINITY : (command.tail ?? Number.POSITIVE_INFINITY);
    for (;;) {
      yield* linesOf(batch, { after, skipped, wanted, command });
      if (batch.lines.some(endsRequest)) return;
      [after, skipped, wanted] = [batch.until, 0, Number.POSITIVE_INFINITY];
      batch = await logs.between(requestId, after);
      // Who resumes after the end of a request is told nothing more.
      if (batch.lines.length === 0 && isFinal(position.status)) return;
      while (batch.lines.length === 0) {
        await bell.wait();
        if (signal.aborted) return;
        batch = await logs.between(requestId, after);
      }
    }
  } finally {
    for (const end of endings) end();
  }
}

interface Telling {
  readonly after: LogPosition;
  readonly skipped: number;
  /** How many of the last lines that fit. */
  readonly wanted: number;
  readonly command: FollowLogsCommand;
}

/** The lines that fit, each with the place after it. They are counted before they are chosen, so that a place means the same always. */
function* linesOf({ until, lines }: LogBatch, { after, skipped, wanted, command }: Telling): Generator<FollowedLine> {
  const fitting = lines.flatMap((line, index) => (index >= skipped && fits(line, command) ? [{ line, index }] : []));
  for (const { line, index } of fitting.slice(Math.max(0, fitting.length - wanted))) {
    const told = index + 1;
    yield { line, place: told === lines.length ? { after: until } : { after, within: { until, told } } };
  }
}

const fits = (line: StoredLine, { taskId, level = 'debug' }: FollowLogsCommand): boolean =>
  (taskId === undefined || line.taskId === taskId) && LEVELS.indexOf(line.level) >= LEVELS.indexOf(level);

const endsRequest = ({ change, taskId }: StoredLine): boolean => change !== null && taskId === '' && isFinal(change.to);

/** Lets one waiter wait until somebody rings, or the signal is aborted. A ring in between is kept. */
const createBell = (signal: AbortSignal) => {
  let rung = Promise.withResolvers<void>();
  const ring = (_news: readonly Change[]): void => rung.resolve();
  signal.addEventListener('abort', () => rung.resolve(), { once: true });
  return {
    ring,
    wait: async (): Promise<void> => {
      await rung.promise;
      if (!signal.aborted) rung = Promise.withResolvers<void>();
    },
  };
};
