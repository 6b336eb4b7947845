import type { Route } from '@pao/http';
import type { Database } from '@pao/postgres';
import type { Logger } from '@pao/runtime';
import { logRoutes } from '../adapters/http/logs.ts';
import { myRequestsRoute } from '../adapters/http/my-requests.ts';
import { MemoryLogFeed } from '../adapters/memory/log-feed.ts';
import { createPostgresChangeLog } from '../adapters/postgres/change-log.ts';
import { createPostgresTaskLogs } from '../adapters/postgres/task-logs.ts';
import type { ChangeFeed } from '../core/ports/change-feed.ts';
import type { RequestReader } from '../core/ports/request-reader.ts';
import type { RequestStore } from '../core/ports/request-store.ts';
import { ChangeTail } from '../core/use-cases/change-tail.ts';
import { followChanges } from '../core/use-cases/follow-changes.ts';
import { followLogs } from '../core/use-cases/follow-logs.ts';
import { readLogs } from '../core/use-cases/read-logs.ts';
import { keepLateLogs, type ReceivedProgress, recordProgress } from '../core/use-cases/record-progress.ts';
import type { ReceivedReport, RecordOutcome } from '../core/use-cases/record-report.ts';

export interface ReadingOptions {
  readonly database: Database;
  readonly changes: ChangeFeed;
  readonly logger: Logger;
}

type RecordReport = (received: ReceivedReport) => Promise<RecordOutcome>;

/** What shows how requests go on: the logs of their tasks, and the stream of everybody's. */
export interface Reading {
  /** A literal path among them comes before a parameter that would also match it. */
  routes(reader: RequestReader): readonly Route[];
  /** This process has committed something. */
  committed(): void;
  /** Looks for what other replicas did. */
  look(): Promise<void>;
  recordProgress(store: RequestStore): (received: ReceivedProgress) => Promise<unknown>;
  keepLateLogs(record: RecordReport): RecordReport;
}

const elapsed = (): number => performance.now();

export const createReading = ({ database, changes, logger }: ReadingOptions): Reading => {
  const logs = createPostgresTaskLogs(database);
  const feed = new MemoryLogFeed();
  const log = createPostgresChangeLog(database);
  const tail = new ChangeTail({
    log,
    elapsed,
    after: (ms, work) => void setTimeout(work, ms).unref(),
    troubled: (reason) => logger.warn({ err: reason }, 'changes could not be read for those who follow them'),
  });
  const stored = (requestId: string): void => feed.announce(requestId);
  return {
    routes: (reader) => [
      myRequestsRoute(followChanges({ log, tail, elapsed })),
      ...logRoutes({
        readLogs: readLogs({ reader, logs }),
        followLogs: followLogs({ reader, logs, changes, feed }),
      }),
    ],
    committed: () => tail.kick(),
    look: async () => {
      tail.kick();
      await feed.look(logs);
    },
    recordProgress: (store) => recordProgress({ store, logs, stored }),
    keepLateLogs: (record) => keepLateLogs(record, { logs, stored }),
  };
};
