import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startServiceThread } from './service-thread.ts';

const module = new URL('thread.fixture.ts', import.meta.url);
const startThread = (data: object = {}) => startServiceThread({ name: 'executor', module, data });
const serviceOf = (data: object) => startThread(data).service({ PORT: '4711' });

test('a service is told its variables when it starts, and tells its port', async (t) => {
  const service = serviceOf({});
  t.is(service.port, 0);
  await service.start();
  t.is(service.port, 4711);
  await service.stop();
});

test('a thread whose service never starts can be discarded', async (t) => {
  const thread = startThread();
  await t.notThrowsAsync(thread.discard());
  await t.notThrowsAsync(thread.discard());
});

test('a stop waits until the thread has ended, and a second one has nothing to do', async (t) => {
  const service = serviceOf({ stopMs: 300 });
  await service.stop();
  await service.start();
  const started = performance.now();
  await service.stop();
  t.true(performance.now() - started >= 290);
  await service.stop();
});

test('what keeps a thread from starting is said by the start', async (t) => {
  const service = serviceOf({ fault: 'start' });
  await t.throwsAsync(service.start(), { message: 'PAO_PORT: must be a number' });
  await service.stop();
});

test('a thread that could not even load is said by the start, also a while later', async (t) => {
  const service = serviceOf({ fault: 'load' });
  await sleep(500);
  await t.throwsAsync(service.start(), { message: 'a module is missing' });
  await service.stop();
});

test('a thread that ends before it has started is said by the start', async (t) => {
  await t.throwsAsync(serviceOf({ fault: 'exit' }).start(), { message: 'its thread ended by itself, with 7' });
});

test('what goes wrong in a stop is said by the stop', async (t) => {
  const service = serviceOf({ fault: 'stop' });
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
