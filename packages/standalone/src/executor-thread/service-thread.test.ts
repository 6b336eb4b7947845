import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { createServiceThread } from './service-thread.ts';

const thread = (data: object, variables = {}) =>
  createServiceThread({ name: 'executor', module: new URL('thread.fixture.ts', import.meta.url), variables, data });

test('a thread is told its variables and no others, and tells its port', async (t) => {
  const service = thread({}, { PORT: '4711' });
  t.is(service.port, 0);
  await service.start();
  t.is(service.port, 4711);
  await service.stop();
});

test('a stop waits until the thread has ended, and a second one has nothing to do', async (t) => {
  const service = thread({ stopMs: 300 });
  await service.stop();
  await service.start();
  const started = performance.now();
  await service.stop();
  t.true(performance.now() - started >= 290);
  await service.stop();
});

test('what keeps a thread from starting is said by the start', async (t) => {
  const service = thread({ fault: 'start' });
  await t.throwsAsync(service.start(), { message: 'PAO_PORT: must be a number' });
  await service.stop();
});

test('a thread that ends before it has started is said by the start', async (t) => {
  await t.throwsAsync(thread({ fault: 'exit' }).start(), { message: 'its thread ended by itself, with 7' });
});

test('what goes wrong in a stop is said by the stop', async (t) => {
  const service = thread({ fault: 'stop' });
  await service.start();
  await t.throwsAsync(service.stop(), { message: 'the database did not close' });
});

test('a fault that nobody caught in a thread is one of the process', async (t) => {
  const fixture = fileURLToPath(new URL('fault.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [fixture], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  t.is(output, 'told: nobody caught this\n');
  t.is(code, 3);
});
