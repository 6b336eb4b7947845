import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { TestClock } from 'pg-boss';
import type { EmbeddedPostgres } from '../src/embedded/index.ts';
import { openDatabase } from '../src/index.ts';
import { type Job, openJobs } from '../src/jobs/index.ts';
import { newSchema, options, startServer } from './server.ts';

let server: EmbeddedPostgres;

test.before(async () => {
  server = await startServer();
});

test.after.always(() => server.stop());

const MINUTE = 60_000;

interface World {
  readonly schema: string;
  readonly clock: TestClock;
  readonly warnings: object[];
}

const createWorld = (): World => ({
  schema: newSchema(),
  clock: new TestClock('2026-01-01T00:00:30Z'),
  warnings: [],
});

const open = (t: ExecutionContext, { schema, clock, warnings }: World, jobs: readonly Job[], url = server.url) => {
  const logger = { debug: () => {}, warn: (fields: object) => void warnings.push(fields) };
  const opened = openJobs({ url, schema, logger, jobs, clock });
  t.teardown(() => opened.stop());
  return opened;
};

const query = async <Row>(text: string): Promise<readonly Row[]> => {
  const database = openDatabase(options(server.url));
  try {
    return await database.query<Row>({ text });
  } finally {
    await database.close();
  }
};

/** Until every job has a worker that was seen to poll. */
const started = async ({ schema }: World, names: readonly string[], instances = 1): Promise<void> => {
  const expected = names.length;
  for (;;) {
    const rows = await query<{ count: number }>(`SELECT count(*) AS count FROM pg_stat_activity
      WHERE application_name = '${schema}-jobs'`);
    const schedules = await query<{ count: number }>(`SELECT count(*) AS count FROM ${schema}_jobs.schedule`).catch(
      () => [{ count: 0 }],
    );
    if ((rows[0]?.count ?? 0) >= instances && schedules[0]?.count === expected) break;
    await sleep(20);
  }
  // The last statements of a start come after the schedule.
  await sleep(200);
};

/** Moves the clock in small steps until `done` says so, a number of minutes at most. */
const pass = async ({ clock }: World, minutes: number, done: () => boolean = () => false): Promise<void> => {
  for (let step = 0; step < minutes * 12 && !done(); step += 1) {
    await clock.tick(MINUTE / 12);
    await sleep(5);
  }
};

test('a job runs at its time, once for two processes', async (t) => {
  const world = createWorld();
  const runs: string[] = [];
  const job = (by: string): Job => ({ name: 'sweep', cron: '*/5 * * * *', run: async () => void runs.push(by) });
  for (const by of ['one', 'two']) open(t, world, [job(by)]).start();
  await started(world, ['sweep'], 2);
  await pass(world, 7);
  t.is(runs.length, 1, 'at 00:05');
  await pass(world, 10);
  t.is(runs.length, 3, 'at 00:10 and 00:15');
});

test('a job that throws is logged without ending anything, and runs again', async (t) => {
  const world = createWorld();
  let runs = 0;
  const run = async () => {
    runs += 1;
    throw new Error('the password is hunter2');
  };
  open(t, world, [{ name: 'failing', cron: '*/2 * * * *', run }]).start();
  await started(world, ['failing']);
  await pass(world, 10, () => runs === 3);
  t.is(runs, 3);
  t.like(world.warnings[0], { job: 'failing', err: { message: 'the password is hunter2' } });
  const rows = await query<{ output: string | null }>(
    `SELECT output::text FROM ${world.schema}_jobs.job WHERE name = 'failing'`,
  );
  t.true(rows.length > 0);
  t.false(rows.some(({ output }) => output?.includes('hunter2')));
});

test('a run that takes longer than the time between two is not joined by another', async (t) => {
  const world = createWorld();
  const release = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, ++running);
    await release.promise;
    running -= 1;
  };
  const job = { name: 'slow', cron: '* * * * *', run };
  open(t, world, [job]).start();
  open(t, world, [job]).start();
  await started(world, ['slow'], 2);
  await pass(world, 5);
  const seen = { running, most };
  release.resolve();
  t.deepEqual(seen, { running: 1, most: 1 });
});

test('a stop ends the run under way by its signal, waits for it, and leaves no connection', async (t) => {
  const world = createWorld();
  const begun = Promise.withResolvers<void>();
  let ended = false;
  const run = async (signal: AbortSignal) => {
    begun.resolve();
    await once(signal, 'abort');
    await sleep(50);
    ended = true;
  };
  const jobs = open(t, world, [{ name: 'long', cron: '* * * * *', run }]);
  jobs.start();
  await started(world, ['long']);
  await Promise.all([begun.promise, pass(world, 3)]);
  await jobs.stop();
  t.true(ended);
  const rows = await query(`SELECT 1 FROM pg_stat_activity WHERE application_name = '${world.schema}-jobs'`);
  t.is(rows.length, 0);
});

test('a stop in the middle of a start, before one, and a second one are all well', async (t) => {
  const world = createWorld();
  const job: Job = { name: 'idle', cron: '* * * * *', run: async () => undefined };
  const jobs = open(t, world, [job]);
  jobs.start();
  await jobs.stop();
  await jobs.stop();
  await open(t, createWorld(), [job]).stop();
  t.deepEqual(world.warnings, []);
});

test('a stop while workers ask for their first job is no trouble', async (t) => {
  const world = createWorld();
  const names = Array.from({ length: 12 }, (_, index) => `idle-${index}`);
  const jobs = open(
    t,
    world,
    names.map((name) => ({ name, cron: '0 0 1 1 *', run: async () => undefined })),
  );
  jobs.start();
  const scheduled = () => query(`SELECT name FROM ${world.schema}_jobs.schedule`).catch(() => []);
  while ((await scheduled()).length < names.length) await sleep(1);
  await jobs.stop();
  t.deepEqual(world.warnings, []);
});

test('without jobs nothing is opened', async (t) => {
  const world = createWorld();
  const jobs = open(t, world, [], 'postgres://nobody@127.0.0.1:1/none');
  jobs.start();
  await jobs.stop();
  t.deepEqual(world.warnings, []);
});

test('a database that is away delays nobody: it is tried again, and a stop does not wait for it', async (t) => {
  const world = createWorld();
  const job: Job = { name: 'idle', cron: '* * * * *', run: async () => undefined };
  const jobs = open(t, world, [job], 'postgres://nobody@127.0.0.1:1/none');
  jobs.start();
  while (world.warnings.length === 0) await sleep(10);
  await jobs.stop();
  t.pass();
});

test('a job that is no longer there is no longer scheduled', async (t) => {
  const world = createWorld();
  const job = (name: string): Job => ({ name, cron: '0 0 1 1 *', run: async () => undefined });
  const first = open(t, world, [job('old'), job('kept')]);
  first.start();
  await started(world, ['old', 'kept']);
  await first.stop();
  open(t, world, [job('kept'), job('new')]).start();
  for (;;) {
    const rows = await query<{ name: string }>(`SELECT name FROM ${world.schema}_jobs.schedule ORDER BY name`);
    if (rows.map(({ name }) => name).join(' ') === 'kept new') break;
    await sleep(20);
  }
  t.pass();
});
