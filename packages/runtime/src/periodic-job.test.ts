import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createLogger, PeriodicJob } from './index.ts';

const capture = () => {
  const lines: string[] = [];
  return {
    lines,
    logger: createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } }),
  };
};

test('a job runs again and again until it is stopped', async (t) => {
  const { logger } = capture();
  let runs = 0;
  const enough = Promise.withResolvers<void>();
  const run = async () => {
    runs += 1;
    if (runs === 3) enough.resolve();
  };
  const job = new PeriodicJob({ name: 'sweep', intervalMs: 1, run, logger });
  job.start();
  await enough.promise;
  await job.stop();
  const after = runs;
  await sleep(10);
  t.is(runs, after);
});

test('a failed run is logged and the next one comes', async (t) => {
  const { logger, lines } = capture();
  let runs = 0;
  const enough = Promise.withResolvers<void>();
  const run = async () => {
    runs += 1;
    if (runs === 2) enough.resolve();
    throw new Error('away');
  };
  const job = new PeriodicJob({ name: 'sweep', intervalMs: 1, run, logger });
  job.start();
  await enough.promise;
  await job.stop();
  t.true(lines[0]?.includes('"job":"sweep"'));
});

test('a stop ends the run under way by its signal and waits for it', async (t) => {
  const { logger } = capture();
  const started = Promise.withResolvers<void>();
  let ended = false;
  const run = async (signal: AbortSignal) => {
    started.resolve();
    await sleep(60_000, undefined, { signal }).catch(() => undefined);
    ended = true;
  };
  const job = new PeriodicJob({ name: 'sweep', intervalMs: 1, run, logger });
  job.start();
  await started.promise;
  await job.stop();
  t.true(ended);
});

test('one run can be asked for, and rejects with what it threw', async (t) => {
  const { logger } = capture();
  const job = new PeriodicJob({
    name: 'sweep',
    intervalMs: 60_000,
    run: () => Promise.reject(new Error('away')),
    logger,
  });
  await t.throwsAsync(job.processOnce(), { message: 'away' });
});
