import type { Clock, PgBoss } from 'pg-boss';
import { requireSchemaName } from '../connection.ts';
import { openSession } from '../session.ts';
import type { Job, JobsLogger, Runner } from './runner.ts';

export interface BossOptions {
  readonly url: string;
  readonly schema: string;
  readonly logger: JobsLogger;
  readonly jobs: readonly Job[];
  readonly run: Runner['run'];
  /** A start that is under way when it is aborted ends as a stop. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly pollSeconds?: number;
}

/** Nobody waits for a job to the second: polls are rare, so that an idle service costs the database next to nothing. */
const POLL_SECONDS = 10;

/**
 * `exclusive`: while one run waits or is under way, in whatever process, another is not even queued. A process that dies in the
 * middle is noticed by the missing heartbeat, and the next time finds the way free.
 */
const QUEUE = {
  policy: 'exclusive',
  retryLimit: 0,
  expireInSeconds: 1_800,
  heartbeatSeconds: 60,
  retentionSeconds: 3_600,
  deleteAfterSeconds: 86_400,
} as const;

/** Making a schema takes a right of its own, also where it is there: a service's role may have been given its schema instead. */
const hasSchema = async (url: string, schema: string): Promise<boolean> => {
  const session = await openSession({ url, schema, applicationName: schema });
  try {
    const [row] = await session.query<{ found: boolean }>({
      text: 'SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1) AS found',
      values: [schema],
    });
    return row?.found === true;
  } finally {
    await session.close();
  }
};

const createBoss = async ({ url, schema: service, logger, clock, signal }: BossOptions): Promise<PgBoss> => {
  const schema = `${requireSchemaName(service)}_jobs`;
  const createSchema = !(await hasSchema(url, schema));
  // Loaded by who has jobs, after everything else has started.
  const { PgBoss: Boss } = await import('pg-boss');
  const boss = new Boss({
    connectionString: url,
    schema,
    createSchema,
    application_name: `${service}-jobs`,
    max: 2,
    connectionTimeoutMillis: 5_000,
    cronWorkerIntervalSeconds: POLL_SECONDS,
    // No job of ours waits for another one: looking for such would be half of all queries of an idle service.
    flowIntervalSeconds: 3_600,
    ...(clock && { clock }),
  });
  // Without listeners an error would end the process. At a stop the pool ends below whoever still asks for something.
  boss.on('error', (error) => {
    const level = signal.aborted ? 'debug' : 'warn';
    logger[level]({ err: error }, 'scheduled jobs: the database did not answer as it should');
  });
  boss.on('warning', (warning) => logger.debug({ warning }, 'scheduled jobs'));
  return boss;
};

/** Makes the schedule what the jobs say: an older version of the service may have left others. */
const schedule = async (boss: PgBoss, { jobs, run, pollSeconds = POLL_SECONDS }: BossOptions): Promise<void> => {
  const wanted = new Set(jobs.map(({ name }) => name));
  for (const { name } of await boss.getSchedules()) if (!wanted.has(name)) await boss.unschedule(name);
  for (const job of jobs) {
    await boss.createQueue(job.name, QUEUE);
    await boss.schedule(job.name, job.cron);
    await boss.work(job.name, { pollingIntervalSeconds: pollSeconds }, async ([one]) => {
      const outcome = one && (await run(job, one.signal));
      if (outcome === 'failed') throw new Error('the run failed; the log of the service says why');
    });
  }
};

/** Connects, and works the queue of each job. Leaves nothing open when it fails. */
export const startBoss = async (options: BossOptions): Promise<PgBoss> => {
  const boss = await createBoss(options);
  try {
    await boss.start();
    if (!options.signal.aborted) await schedule(boss, options);
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw error;
  }
};
