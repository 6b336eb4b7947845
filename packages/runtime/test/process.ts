import { setTimeout as sleep } from 'node:timers/promises';
import { combineServices, createLogger, runService, type Service } from '../src/index.ts';

/** A process for the tests of `runService`: two parts, one of which misbehaves as its argument says. */
const [behaviour] = process.argv.slice(2);
const logger = createLogger({ service: 'test', level: 'info' });

const part = (name: string, stop: () => Promise<void>): Service => ({
  name,
  start: async () => {
    if (behaviour === `${name}-fails-to-start`) throw new Error('no start');
    logger.info(`${name} started`);
  },
  stop: async () => {
    await stop();
    logger.info(`${name} stopped`);
  },
});

const hang = () => sleep(behaviour === 'second-hangs' ? 60_000 : 0);
const service = combineServices('both', [part('first', async () => undefined), part('second', hang)]);
// Something that keeps the process alive, as a server would.
setInterval(() => undefined, 1_000);
await runService({ service, logger, deadlineMs: 300 });
logger.info('ready');
if (behaviour === 'throws-later') setTimeout(() => (undefined as unknown as { x: () => void }).x(), 1);
if (behaviour === 'rejects-later') void Promise.reject(new Error('nobody caught this'));
