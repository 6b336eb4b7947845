import { setImmediate as turn } from 'node:timers/promises';
import { createLogger } from '@pao/runtime';
import test from 'ava';
import { TicketWorker } from './ticket-worker.ts';

test('a stop ends after the work under way, however much is due', async (t) => {
  let rounds = 0;
  const work = async (): Promise<boolean> => {
    rounds += 1;
    await turn();
    return true;
  };
  const logger = createLogger({ service: 'test', level: 'silent' });
  const worker = new TicketWorker({ work, concurrency: 2, pollMs: 1_000, logger });
  worker.start();
  while (rounds < 10) await turn();
  await worker.stop();
  const worked = rounds;
  await turn();
  t.is(rounds, worked);
});
