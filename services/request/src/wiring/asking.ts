import type { Database } from '@pao/postgres';
import type { Logger } from '@pao/runtime';
import type { ScheduledJob } from '../adapters/jobs/scheduled-jobs.ts';
import { createPostgresUnheardTickets } from '../adapters/postgres/unheard-tickets.ts';
import type { RequestReader } from '../core/ports/request-reader.ts';
import { askAgain } from '../core/use-cases/ask-again.ts';
import type { Dependencies } from '../core/use-cases/dependencies.ts';

const EVERY_MINUTES = 10;

/** Asks after what people do, where nothing was heard of it. */
export const askingJobs = (
  database: Database,
  { logger, ...dependencies }: Dependencies & { readonly logger: Logger; readonly reader: RequestReader },
): readonly ScheduledJob[] => {
  const unheard = createPostgresUnheardTickets(database);
  const ask = askAgain({ ...dependencies, unheard, everyMs: EVERY_MINUTES * 60_000 });
  const run = async (signal: AbortSignal): Promise<void> => {
    const count = await ask(signal);
    if (count > 0) logger.info({ count }, 'tickets of requests were asked for again');
  };
  return [{ name: 'ask-for-tickets', everyMinutes: EVERY_MINUTES, run }];
};
