// A process whose thread has a fault that nobody catches, for the test that sees the process told of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { startServiceThread } from './service-thread.ts';

process.on('uncaughtException', (error) => {
  process.stdout.write(`told: ${error.message}\n`);
  process.exit(3);
});
const module = new URL('thread.fixture.ts', import.meta.url);
await startServiceThread({ name: 'faulty', module, data: { fault: 'later' } })
  .service({ PORT: '4711' })
  .start();
await sleep(30_000);
