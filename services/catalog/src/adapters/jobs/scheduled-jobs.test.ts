import { createLogger } from '@pao/runtime';
import test from 'ava';
import { scheduledJobs } from './scheduled-jobs.ts';

const options = {
  sync: async () => undefined,
  pruneDeliveries: async () => 0,
  logger: createLogger({ service: 'test', level: 'silent' }),
};

test('a catalog that lies elsewhere is read again as often as configured', (t) => {
  const cronOf = (resyncMinutes: number) => scheduledJobs({ ...options, resyncMinutes })[0]?.cron;
  t.is(cronOf(5), '*/5 * * * *');
  t.is(cronOf(1), '*/1 * * * *');
  t.is(cronOf(60), '0 * * * *');
});

test('a folder has no schedule, and without a webhook nothing is to be forgotten', (t) => {
  const names = (more: Partial<Parameters<typeof scheduledJobs>[0]>) =>
    scheduledJobs({ ...options, resyncMinutes: undefined, ...more }).map(({ name }) => name);
  t.deepEqual(names({}), ['prune-deliveries']);
  t.deepEqual(names({ pruneDeliveries: undefined }), []);
  t.deepEqual(names({ resyncMinutes: 5 }), ['resync-catalog', 'prune-deliveries']);
});

test('what the jobs run is what they were given', async (t) => {
  const done: string[] = [];
  const jobs = scheduledJobs({
    ...options,
    resyncMinutes: 5,
    sync: async () => void done.push('sync'),
    pruneDeliveries: async () => done.push('prune'),
  });
  for (const { run } of jobs) await run(new AbortController().signal);
  t.deepEqual(done, ['sync', 'prune']);
});
